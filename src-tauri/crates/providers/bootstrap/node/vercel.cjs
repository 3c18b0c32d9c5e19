// Serves a Vercel function in Node: `(req, res)` with Vercel's helpers, web handlers (`GET(request)`, `{ fetch }`), a
// framework's application, or a module that starts a server of its own.
// https://vercel.com/docs/functions/functions-api-reference
'use strict'

const http = require('http')
const path = require('path')

const { importFile } = require('./load_handler.cjs')
const { fail, logError, serve } = require('./serve.cjs')

const env = process.env
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH']
/** How long a module may take after its import to start its server. */
const LISTENS_WITHIN_MS = 1000

/** `waitUntil` of @vercel/functions: the process goes on after its answer anyway; what fails then is logged. */
function offerContext() {
  const waitUntil = (promise) => void Promise.resolve(promise).catch(logError)
  Object.defineProperty(globalThis, Symbol.for('@vercel/request-context'), {
    configurable: true, value: { get: () => ({ waitUntil }) },
  })
}

/** Catches the server that a module starts, which is not to listen anywhere itself. */
function catchServer() {
  const { listen } = http.Server.prototype
  let found
  const caught = new Promise((resolve) => (found = resolve))
  http.Server.prototype.listen = function () {
    found(this)
    return this
  }
  const release = () => (http.Server.prototype.listen = listen)
  return { caught, release }
}

const unwrapped = (module) => {
  for (let depth = 0; depth < 5 && module?.default; depth++) module = module.default
  return module
}

async function load() {
  offerContext()
  const { caught, release } = catchServer()
  try {
    const file = path.resolve(env.COLDFRAME_HANDLER)
    const module = await importFile(file)
    const own = unwrapped(module)
    const isEdge = /^(experimental-)?edge$/.test(module.config?.runtime ?? module.default?.config?.runtime)
    if (typeof own?.fetch === 'function') return web(() => (request, context) => own.fetch(request, context))
    if (METHODS.some((method) => typeof own?.[method] === 'function')) return web((method) => own[method])
    if (isEdge && typeof own === 'function') return web(() => own)
    if (typeof own === 'function') return classic(own)
    if (own instanceof http.Server) return served(own)
    const patience = new Promise((resolve) => setTimeout(resolve, LISTENS_WITHIN_MS).unref())
    const server = await Promise.race([caught, patience])
    if (server) return served(server)
    throw new TypeError(
      `${env.COLDFRAME_HANDLER} exports nothing that answers requests: export default a function (req, res), ` +
        'or functions named GET, POST, …',
    )
  } finally {
    release()
  }
}

const served = (server) => (request, response) => server.emit('request', request, response)

const classic = (handler) => async (request, response) => {
  try {
    // A framework's application has its own.
    const helps = typeof handler.listen !== 'function' && env.NODEJS_HELPERS !== '0'
    if (helps) await require('./vercel_helpers.cjs').addHelpers(request, response)
    await handler(request, response)
  } catch (error) {
    if (error?.isBadRequest && !response.headersSent) {
      response.statusCode = error.statusCode
      return response.end(error.message)
    }
    fail(response, error)
  }
}

const web = (handlerOf) => {
  const { answer, toRequest } = require('./vercel_web.cjs')
  return async (request, response) => {
    const handler = handlerOf(request.method)
    if (!handler) {
      response.statusCode = 405
      return response.end()
    }
    try {
      await answer(await handler(toRequest(request, response), { waitUntil: (promise) => void promise?.catch?.(logError) }), response)
    } catch (error) {
      fail(response, error)
    }
  }
}

// A promise nobody waits for must not end the process before the call that made it is answered; Vercel's ends.
process.on('unhandledRejection', (error) => {
  logError(error)
  process.exit(128)
})
serve(load)
