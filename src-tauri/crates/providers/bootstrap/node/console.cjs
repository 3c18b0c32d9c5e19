// `console` as Lambda's: each call is one line with time, request id and level, line breaks inside it as carriage returns.
'use strict'

const fs = require('fs')
const util = require('util')

const env = process.env
const REQUEST_ID = Symbol.for('aws.lambda.runtime.requestId')
const json = env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON'

let requestId = () => globalThis[REQUEST_ID]
let marks = false

/** Calls have the process at the same time: which of them writes is asked, and lines go where they are marked. */
function overlapping(current) {
  requestId = current
  marks = true
}

/** Straight to the descriptor: building `process.stdout` takes a while, and it would write synchronously too. */
function writeLine(line) {
  if (marks) return void process.stdout.write(line + '\n')
  let bytes = Buffer.from(line + '\n')
  try {
    while (bytes.length > 0) bytes = bytes.subarray(fs.writeSync(1, bytes))
  } catch {
    // The function has made the pipe non-blocking by touching `process.stdout`, and it is full.
    process.stdout.write(bytes)
  }
}

function log(level, ...params) {
  const timestamp = new Date().toISOString()
  const id = requestId()
  const line = json ? jsonLine(timestamp, level, id, params) : `${timestamp}\t${id}\t${level}\t${util.format(...params)}`
  writeLine(line.replace(/\n/g, '\r'))
}

function described(error) {
  return {
    errorType: error?.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : error.stack,
  }
}

function jsonLine(timestamp, level, requestId, params) {
  const record = { timestamp, level, requestId }
  if (params.length === 1) {
    try {
      const replacer = (_, value) => (value instanceof Error ? { ...described(value), ...value } : value)
      return JSON.stringify({ ...record, message: params[0] }, replacer)
    } catch {
      return JSON.stringify({ ...record, message: util.format(params[0]) })
    }
  }
  const error = params.find((param) => param instanceof Error)
  return JSON.stringify({ ...record, message: util.format(...params), ...(error && described(error)) })
}

function patchConsole() {
  const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
  const lowest = Math.max(0, levels.indexOf(env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()))
  const at = (level) =>
    levels.indexOf(level) >= lowest || level === 'FATAL' ? (message, ...rest) => log(level, message, ...rest) : () => {}
  console.trace = at('TRACE')
  console.debug = at('DEBUG')
  console.info = at('INFO')
  console.log = console.info
  console.warn = at('WARN')
  console.error = at('ERROR')
  console.fatal = at('FATAL')
}

module.exports = { REQUEST_ID, overlapping, patchConsole, writeLine }
