// Apps that call `app.setup({ enableHttpStream: true })`: the library then makes a server of its own, tells its worker
// where that is (the capability `HttpUri`), and takes the request of an invocation there, as it comes in, by the id in a
// header; its answer goes out the same way while the function writes it. Here no second port is needed: what the library
// takes for its server is handed the requests of ours.
'use strict'

const { EventEmitter } = require('events')
const http = require('http')

/** Also in answers: the library sets it. */
const INVOCATION = 'x-ms-invocation-id'
/** Where the library waits for requests; none while it does not stream. */
let listener

class Listener extends EventEmitter {
  listen(listening) {
    queueMicrotask(listening)
    return this
  }
  address() {
    return { port: Number(process.env.PORT) }
  }
}

/** Asks the library what it can do, which is when it makes its server: before it waits for anything. */
async function capabilities(model) {
  const { createServer } = http
  let made
  http.createServer = () => (made = new Listener())
  let asked
  try {
    asked = model.getCapabilities?.({})
  } finally {
    http.createServer = createServer
  }
  if (!(await asked)?.HttpUri) return
  if (!made) throw new Error('this version of @azure/functions streams in a way that is not carried: leave enableHttpStream out of app.setup while the app runs here')
  listener = made
}

const streams = () => listener !== undefined

/** `response` is written when the function has answered. */
function hand(id, request, response) {
  const { headers } = request
  headers[INVOCATION] = id
  headers['x-forwarded-host'] ??= headers.host ?? 'localhost'
  headers['x-forwarded-proto'] ??= 'http'
  listener.emit('request', request, response)
}

/** The library reads headers and the route's parameters where Azure's host puts them: among the trigger's metadata. */
function metadata(headers, params) {
  const texts = Object.entries(params).map(([name, value]) => [name, { string: value }])
  return { ...Object.fromEntries(texts), Headers: { json: JSON.stringify(headers) } }
}

module.exports = { capabilities, hand, metadata, streams }
