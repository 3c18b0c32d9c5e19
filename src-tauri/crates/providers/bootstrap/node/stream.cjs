// The response stream of `awslambda.streamifyResponse`: chunks go out as they are written, an error after the first
// one is announced in trailers, an error before it is an ordinary error.
'use strict'

const { Writable } = require('stream')

const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type'
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body'

class ResponseStream extends Writable {
  #api
  #path
  #contentType = 'application/octet-stream'
  #onAnswer
  begun = false

  constructor(api, path, highWaterMark, onAnswer) {
    super({ highWaterMark, decodeStrings: true })
    this.#api = api
    this.#path = path
    this.#onAnswer = onAnswer
  }

  setContentType(contentType) {
    if (this.begun) {
      const error = new Error('Cannot set content-type, too late.')
      error.name = 'Runtime.InvalidStreamingOperation'
      throw error
    }
    this.#contentType = contentType
  }

  write(chunk, encoding, callback) {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) chunk = JSON.stringify(chunk)
    this.#begin()
    return super.write(chunk, encoding, callback)
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') return super.end(chunk)
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding)
    return super.end(typeof encoding === 'function' ? encoding : callback)
  }

  #begin() {
    if (this.begun) return
    this.begun = true
    const headers =
      `Lambda-Runtime-Function-Response-Mode: streaming\r\nTrailer: ${ERROR_TYPE}\r\nTrailer: ${ERROR_BODY}\r\n` +
      `Content-Type: ${this.#contentType}\r\nTransfer-Encoding: chunked\r\n`
    this.#api.send(this.#api.head(this.#path, headers), this.#onAnswer)
    // Until the end is written there is nothing to wait for: a function that forgets it must not hang.
    this.#api.unref()
    if (typeof this._onBeforeFirstWrite === 'function') this._onBeforeFirstWrite((chunk) => super.write(chunk))
  }

  _write(chunk, _encoding, callback) {
    if (chunk.length === 0) return callback()
    this.#api.write(`${chunk.length.toString(16)}\r\n`)
    this.#api.write(chunk)
    if (this.#api.write('\r\n')) callback()
    else this.#api.drained(callback)
  }

  _final(callback) {
    // An empty stream has no first write, and so no prelude either.
    this._onBeforeFirstWrite = undefined
    this.#begin()
    this.#api.ref()
    this.#api.write(`0\r\n${this.trailers ?? ''}\r\n`)
    callback()
  }
}

/** `answered` resolves with the status of the emulator's answer; `fail` ends what was begun and resolves likewise. */
exports.openStream = function openStream(api, { path, highWaterMark, errorRequest, toErrorBody }) {
  let onAnswer
  const answered = new Promise((resolve) => {
    onAnswer = resolve
  })
  const responseStream = new ResponseStream(api, path, highWaterMark, onAnswer)
  // What goes wrong with the stream is told to whoever writes; nobody else has to listen.
  responseStream.on('error', () => {})
  const fail = (reason) => {
    if (!responseStream.begun) {
      responseStream.begun = true
      api.send(errorRequest(reason), onAnswer)
    } else if (!responseStream.writableEnded && !responseStream.destroyed) {
      const body = toErrorBody(reason)
      const encoded = Buffer.from(JSON.stringify(body)).toString('base64')
      responseStream.trailers = `${ERROR_TYPE}: ${body.errorType}\r\n${ERROR_BODY}: ${encoded}\r\n`
      responseStream.end()
    } else if (!responseStream.writableFinished) {
      // Destroyed half-way (a broken pipeline): the end still has to be announced.
      const body = toErrorBody(reason)
      const encoded = Buffer.from(JSON.stringify(body)).toString('base64')
      api.ref()
      api.write(`0\r\n${ERROR_TYPE}: ${body.errorType}\r\n${ERROR_BODY}: ${encoded}\r\n\r\n`)
    }
    return answered
  }
  return { responseStream, fail, answered }
}
