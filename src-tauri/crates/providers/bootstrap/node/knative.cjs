// Knative's Node functions, as far as one needs its runtime that has nothing installed: `handle(context, body)`, or
// `handle(context, event)` for CloudEvents, with the life cycle functions beside it.
//
// Where the real runtime (faas-js-runtime) is installed it runs instead, unchanged, on the port the emulator names.
'use strict'

const fs = require('fs')
const path = require('path')

const { fromHttp, toBinary } = require('./cloud_events.cjs')
const { listenOnLoopback, logError, serve, whole } = require('./serve.cjs')

const env = process.env

function installed() {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const cli = path.join(folder, 'node_modules/faas-js-runtime/bin/cli.js')
    if (fs.existsSync(cli)) return cli
    if (folder === path.dirname(folder)) return null
  }
}

class Response {
  #event
  constructor(data) {
    this.#event = { specversion: '1.0', id: require('crypto').randomUUID(), data, source: '/', type: 'function' }
  }
  version(version) { return this.#set('specversion', version) }
  id(id) { return this.#set('id', id) }
  type(type) { return this.#set('type', type) }
  source(source) { return this.#set('source', source) }
  #set(name, value) {
    this.#event[name] = value
    return this
  }
  response() { return this.#event }
}

function contextOf(request, body) {
  const [, search = ''] = request.url.split('?')
  const query = Object.fromEntries(new URLSearchParams(search))
  const log = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, (...all) => console.log(...all)]))
  return {
    body, query, ...query, headers: { ...request.headers }, method: request.method, httpVersion: request.httpVersion,
    contentType: request.headers['content-type'], log, cloudEventResponse: (data) => new Response(data),
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const TEXT_TYPE = 'text/plain; charset=utf-8'

function answer(response, status, headers, body) {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
}

/** What the runtime makes of what a function returns. */
function returned(response, result, event) {
  const headers = { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH' }
  if (!result) return answer(response, 204, { ...headers, 'content-type': 'text/plain' }, '')
  if (typeof result === 'string') return answer(response, 200, { ...headers, 'content-type': TEXT_TYPE }, result)
  if (event && result.specversion && result.type && result.source) {
    const { headers: own, body } = toBinary(typeof result.toJSON === 'function' ? result.toJSON() : result)
    return answer(response, 200, { ...headers, ...own }, body)
  }
  const own = Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const body = result.body !== undefined ? result.body : result
  answer(response, result.statusCode ?? 200, { ...headers, 'content-type': JSON_TYPE, ...own }, body)
}

async function load() {
  const source = env.COLDFRAME_HANDLER
  let module
  try {
    module = require(source)
  } catch (error) {
    if (!/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) throw error
    module = await import(require('url').pathToFileURL(source))
  }
  const owner = typeof module === 'function' ? { handle: module } : (module.default?.handle ? module.default : module)
  const handle = owner.handle ?? module.default
  if (typeof handle !== 'function') throw new TypeError('Function must export a handle function')
  await owner.init?.()
  const probes = { '/health/liveness': owner.liveness, '/health/readiness': owner.readiness }
  return whole(async (request, response, raw) => {
    const [route] = request.url.split('?')
    try {
      if (route in probes) return answer(response, 200, { 'content-type': TEXT_TYPE }, (await probes[route]?.()) ?? 'OK')
      if (route !== '/') return answer(response, 404, { 'content-type': JSON_TYPE }, { message: `Route ${request.method}:${route} not found`, error: 'Not Found', statusCode: 404 })
      const kind = request.headers['content-type'] ?? ''
      if ('ce-id' in request.headers || 'ce-type' in request.headers || kind.startsWith('application/cloudevents')) {
        const event = fromHttp(request.headers, raw)
        const context = contextOf(request, event.data)
        context.cloudevent = event
        return returned(response, await handle.call({}, context, event), true)
      }
      let body = raw.length === 0 ? undefined : raw.toString()
      if (kind.startsWith('application/json') && body !== undefined) {
        try {
          body = JSON.parse(body)
        } catch (error) {
          return answer(response, 400, { 'content-type': JSON_TYPE }, { statusCode: 400, error: 'Bad Request', message: error.message })
        }
      } else if (kind.startsWith('application/x-www-form-urlencoded') && body !== undefined) {
        body = Object.fromEntries(new URLSearchParams(body))
      }
      returned(response, await handle.call({}, contextOf(request, body), body), false)
    } catch (error) {
      if (error?.status === 400) return answer(response, 400, { 'content-type': TEXT_TYPE }, error.message)
      logError(error)
      if (response.headersSent) return response.destroy()
      const status = error?.code >= 400 && error.code < 600 ? error.code : 500
      // A code below is an answer that was thrown.
      if (status >= 500) response.setHeader('coldframe-outcome', /^[\w.]+$/.test(error?.name) ? error.name : 'Error')
      answer(response, status, { 'content-type': TEXT_TYPE }, error?.message ?? String(error))
    }
  })
}

const real = installed()
if (real) {
  listenOnLoopback()
  env.FUNC_PORT = env.PORT
  process.argv.splice(1, process.argv.length - 1, real, env.COLDFRAME_HANDLER)
  require(real)
} else {
  serve(load)
}
