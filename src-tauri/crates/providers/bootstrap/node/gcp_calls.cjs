// How a function of each signature is called, and what its caller gets.
'use strict'

const { fromHttp, refused } = require('./cloud_events.cjs')
const { dressed } = require('./express.cjs')
const { contextOf, rawMessage, toBackground, toCloudEvent } = require('./google_events.cjs')
const { logError } = require('./serve.cjs')

function crashed(response, error) {
  logError(error)
  if (response.headersSent) return response.destroy()
  response.setHeader('X-Google-Status', 'crash')
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.statusCode = 500
  response.end(error?.message ?? String(error))
}

const text = (response, status, body) => {
  response.statusCode = status
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(body)
}

/** A handler that may return a promise or take a callback besides its own arguments. */
function settled(handler, own) {
  if (handler.length <= own.length) return Promise.resolve().then(() => handler(...own))
  return new Promise((resolve, reject) => {
    Promise.resolve()
      .then(() => handler(...own, (error, result) => (error ? reject(error) : resolve(result))))
      .catch(reject)
  })
}

const http = (handler) => (request, response, body) => {
  if (['/robots.txt', '/favicon.ico'].includes(request.url.split('?')[0])) return text(response, 404, '')
  let req, res
  try {
    ;({ req, res } = dressed(request, response, body))
  } catch (error) {
    return text(response, 400, error.message)
  }
  Promise.resolve()
    .then(() => handler(req, res))
    .catch((error) => crashed(response, error))
}

/** Answers 204 once the event is taken. */
const taken = (call) => (request, response, body) => {
  Promise.resolve()
    .then(() => call(request, body))
    .then(() => {
      response.statusCode = 204
      response.end()
    })
    .catch((error) => (error?.status ? text(response, error.status, error.message) : crashed(response, error)))
}

const isCloudEvent = ({ headers }) =>
  headers['ce-type'] !== undefined || headers['ce-specversion'] !== undefined || /^application\/cloudevents/.test(headers['content-type'] ?? '')

/** What an event of the first generation is sent as. */
function legacy(request, body) {
  let sent
  try {
    sent = JSON.parse(body)
  } catch {
    throw refused('the event is not JSON')
  }
  return rawMessage(sent ?? {}, request.url)
}

const cloudevent = (handler) =>
  taken((request, body) => {
    const converted = isCloudEvent(request) || body.length === 0 ? undefined : toCloudEvent(legacy(request, body))
    return settled(handler, [converted ?? fromHttp(request.headers, body)])
  })

const event = (handler) =>
  taken((request, body) => {
    const { data, context } = isCloudEvent(request) ? toBackground(fromHttp(request.headers, body)) : contextOf(legacy(request, body))
    return settled(handler, [data, context])
  })

const typed = (handler) => (request, response, body) => {
  let sent
  try {
    sent = JSON.parse(body)
  } catch (error) {
    return text(response, 400, `Failed to parse malformatted JSON in request: ${error.message}`)
  }
  Promise.resolve()
    .then(() => handler(sent))
    .then((result) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify(result ?? null))
    })
    .catch((error) => crashed(response, error))
}

module.exports = { http, cloudevent, event, typed }
