// Node's requests and responses as the web's: `Request` and `Response`.
'use strict'

const { Readable } = require('stream')

function toRequest(request, response) {
  const { headers, method } = request
  const origin = `${headers['x-forwarded-proto'] ?? 'http'}://${headers['x-forwarded-host'] ?? headers.host ?? 'localhost'}`
  const copied = new Headers()
  for (let at = 0; at < request.rawHeaders.length; at += 2) copied.append(request.rawHeaders[at], request.rawHeaders[at + 1])
  const gone = new AbortController()
  response.once('close', () => response.writableFinished || gone.abort())
  const body = method === 'GET' || method === 'HEAD' ? undefined : Readable.toWeb(request)
  return new Request(new URL(request.url, origin), { method, headers: copied, body, duplex: 'half', signal: gone.signal })
}

/** Sends what a handler returned: at once if it is whole by then, else as it comes. */
async function answer(result, response) {
  if (typeof result?.status !== 'number' || typeof result.headers?.entries !== 'function') {
    throw new TypeError(`the handler returned ${result === undefined ? 'nothing' : typeof result}, not a Response`)
  }
  response.statusCode = result.status
  if (result.statusText) response.statusMessage = result.statusText
  for (const [name, value] of result.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = result.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  if (!result.body) return void response.end()
  const reader = result.body.getReader()
  const first = await reader.read()
  const second = first.done ? first : reader.read()
  const waits = Symbol('waits')
  const soon = await Promise.race([second, new Promise((resolve) => setImmediate(resolve, waits))])
  if (soon !== waits && soon.done) return void response.end(first.value)
  response.write(first.value)
  for (let next = await second; !next.done; next = await reader.read()) {
    if (response.destroyed) return void reader.cancel()
    if (!response.write(next.value)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
  }
  response.end()
}

module.exports = { answer, toRequest }
