// Errors as AWS's runtime client reports them: the body a caller gets, the cause for X-Ray, the log line. Loaded when
// something fails.
'use strict'

const util = require('util')

const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON'

class RuntimeError extends Error {
  constructor(type, reason) {
    super(reason)
    Object.defineProperty(this, 'name', { value: `Runtime.${type}` })
  }
}

const escaped = (text) => text?.replace(/\x7F/g, '%7F')

function toErrorBody(error) {
  try {
    const looksLikeOne = error && [error.name, error.message, error.stack].every((v) => v && typeof v === 'string')
    if (util.types.isNativeError(error) || looksLikeOne) {
      return {
        errorType: escaped(error.name),
        errorMessage: escaped(error.message),
        trace: escaped(error.stack).split('\n'),
      }
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] }
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    }
  }
}

function xrayCause(error) {
  try {
    const stack = (error.stack ?? '')
      .split('\n')
      .slice(1)
      .map((text) => {
        const line = text.trim().replace(/[()]/g, '').replace(/^\S* /, '')
        const space = line.lastIndexOf(' ')
        const [file, number] = line.slice(space + 1).split(':')
        return { path: file, line: parseInt(number), label: space > 0 ? line.slice(0, space) : 'anonymous' }
      })
    const cause = JSON.stringify({
      working_directory: process.cwd(),
      exceptions: [{ type: escaped(error.name), message: escaped(error.message), stack }],
      paths: [...new Set(stack.map((entry) => entry.path))],
    })
    return Buffer.byteLength(cause) < 1024 * 1024 ? cause : ''
  } catch {
    return ''
  }
}

function logError(message, reason) {
  const error = reason instanceof Error ? reason : new Error(reason)
  if (json) return console.error(error)
  const plain = (_, value) => {
    if (!(value instanceof Error)) return value
    const fields = { errorType: value.name, errorMessage: value.message, code: value.code, ...value }
    if (typeof value.stack === 'string') fields.stack = value.stack.split('\n')
    return fields
  }
  try {
    console.error(message, '\t' + JSON.stringify(error, plain))
  } catch {
    console.error(message, '\t' + JSON.stringify(toErrorBody(error)))
  }
}

module.exports = { RuntimeError, logError, toErrorBody, xrayCause }
