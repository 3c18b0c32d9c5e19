// Which hosts this process connects to, never paths or what is sent. Whatever speaks TCP in Node (http, https, fetch,
// drivers of databases) goes through one method, which nothing else calls.
'use strict'

const net = require('net')

/** A process with more tells of its first ones. */
const MOST = 200
const LONGEST = 253

const seen = new Set()
/** Where this process listens itself. */
const own = new Set()
let told = 0

function watchConnections() {
  const { connect } = net.Socket.prototype
  net.Socket.prototype.connect = function (...args) {
    note(...targetOf(args))
    return Reflect.apply(connect, this, args)
  }
  const { listen } = net.Server.prototype
  net.Server.prototype.listen = function (...args) {
    this.once('listening', () => own.add(this.address()?.port))
    return Reflect.apply(listen, this, args)
  }
}

/** Host and port of `connect(options)`, `connect(port, host)`, or both as `net.connect` passes them on: in an array. */
function targetOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (first !== null && typeof first === 'object') return first.path ? [] : [first.host ?? 'localhost', first.port]
  // A path is a socket of this machine.
  return Number.isInteger(Number(first)) ? [typeof second === 'string' ? second : 'localhost', first] : []
}

function note(host, port) {
  if (typeof host !== 'string' || host === '' || host.length > LONGEST || seen.size >= MOST) return
  const name = host.toLowerCase().replace(/^\[|\]$/g, '').split('%')[0]
  if (!isHere(name)) return seen.add(name)
  // On this machine the port says who it is.
  if (own.has(Number(port)) || isEmulator(Number(port))) return
  seen.add(`${name.includes(':') ? `[${name}]` : name}:${port}`)
}

const isHere = (name) => /^(localhost|.*\.localhost|127\..*|::1|0\.0\.0\.0)$/.test(name)

function isEmulator(port) {
  const { AWS_LAMBDA_RUNTIME_API, COLDFRAME_REPORT } = process.env
  return [AWS_LAMBDA_RUNTIME_API, COLDFRAME_REPORT].some((address) => address?.endsWith(`:${port}`))
}

/** A request that tells of all hosts so far, if there are more than last time. */
function moreConnected(api) {
  if (seen.size === told) return ''
  told = seen.size
  return api.post('/coldframe/reached', JSON.stringify([...seen].map((host) => ({ host }))))
}

module.exports = { moreConnected, watchConnections }
