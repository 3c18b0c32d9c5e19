// The Runtime API, over one kept-alive connection. A bare socket, because `http` costs milliseconds of every cold start;
// requests are text, and several are written at once where nothing depends on the answer in between.
'use strict'

const net = require('net')

const RUNTIME = '/2018-06-01/runtime/'

// A new process begins with the peak of the one that started it; below that nothing is known (reported as 0).
const inherited = (() => {
  const peak = process.resourceUsage().maxRSS
  return peak > (process.memoryUsage.rss() / 1024) * 1.5 ? peak : 0
})()

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return `coldframe-usage: ${userCPUTime} ${systemCPUTime} ${maxRSS > inherited ? maxRSS : 0}\r\n`
}

class RuntimeApi {
  #socket
  #common
  #received = Buffer.alloc(0)
  #waiting = []

  constructor(address) {
    const colon = address.lastIndexOf(':')
    this.#common = ` HTTP/1.1\r\nHost: ${address}\r\nUser-Agent: coldframe-node\r\n`
    this.#socket = net.connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true })
    this.#socket.on('data', (data) => this.#receive(data))
    // Without the emulator there is nothing to do.
    this.#socket.on('error', () => process.exit(1))
    this.#socket.on('close', () => process.exit(1))
    this.#socket.unref()
  }

  next(extra = '') {
    return `GET ${RUNTIME}invocation/next${this.#common}${extra}${usage()}\r\n`
  }

  post(path, body, headers = 'Content-Type: application/json\r\n') {
    return `POST ${path}${this.#common}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  }

  head(path, headers) {
    return `POST ${path}${this.#common}${headers}\r\n`
  }

  /** Writes requests; each answer goes to one of the callbacks, in order. */
  send(requests, ...callbacks) {
    this.#waiting.push(...callbacks)
    // A function is only "done" when nothing but this connection is left, so it counts only while we wait.
    this.#socket.ref()
    return this.#socket.write(requests)
  }

  write(chunk) {
    return this.#socket.write(chunk)
  }

  drained(callback) {
    this.#socket.once('drain', callback)
  }

  ref() {
    this.#socket.ref()
  }

  unref() {
    this.#socket.unref()
  }

  #receive(data) {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data])
    for (;;) {
      const received = this.#received
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) return
      const lines = received.toString('utf8', 0, end).split('\r\n')
      const headers = Object.create(null)
      for (let i = 1; i < lines.length; i++) {
        const colon = lines[i].indexOf(': ')
        headers[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 2)
      }
      const start = end + 4
      const length = Number(headers['content-length'] ?? 0)
      if (received.length < start + length) {
        this.#awaitRest(start + length)
        return
      }
      this.#received = received.subarray(start + length)
      const callback = this.#waiting.shift()
      if (callback) callback(Number(lines[0].slice(9, 12)), headers, received.toString('utf8', start, start + length))
    }
  }

  /** A large event arrives in many pieces: they are joined once, not once each. */
  #awaitRest(total) {
    const pieces = [this.#received]
    let have = this.#received.length
    const socket = this.#socket
    socket.removeAllListeners('data')
    const collect = (data) => {
      pieces.push(data)
      have += data.length
      if (have < total) return
      socket.removeListener('data', collect)
      socket.on('data', (data) => this.#receive(data))
      this.#received = Buffer.alloc(0)
      this.#receive(Buffer.concat(pieces))
    }
    socket.on('data', collect)
  }
}

module.exports = { RUNTIME, RuntimeApi, usage }
