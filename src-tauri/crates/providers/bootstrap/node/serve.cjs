// Answers HTTP requests on the port the emulator names, for the contracts in which a function is called over HTTP. What
// the process says of itself (ready, CPU, loaded files, errors) goes to the emulator, not to the caller.
'use strict'

const { AsyncResource } = require('async_hooks')
const http = require('http')

const { news, watch } = require('./loaded_files.cjs')
const { RuntimeApi, usage } = require('./runtime_api.cjs')

const env = process.env
const ignore = () => {}

/** The error's stack as the log has it. */
function logError(error) {
  process.stderr.write(`${error?.stack ?? error}\n`)
}

function failInit(api, error, code, told) {
  const { toErrorBody } = require('./errors.cjs')
  logError(error)
  if (/MODULE_NOT_FOUND$/.test(error?.code)) {
    const place = require('./import_place.cjs').importPlace(error)
    if (place) process.stderr.write(`coldframe: the import stands in ${place}\n`)
  }
  const body = toErrorBody(error)
  // The parser's own report begins with the place.
  const place = /^(?:file:\/\/)?(\/.*:\d+)$/m.exec(error?.stack ?? '')
  if (error instanceof SyntaxError && place) body.trace = [`    at ${place[1]}`]
  api.send(told + api.post('/coldframe/init/error', JSON.stringify(body)), ...(told ? [ignore] : []), () => process.exit(code))
}

/** Of a function `(request, response, body)` one that reads the body first. */
const whole = (respond) => (request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  // The event is the connection's; what follows is the call's.
  request.on('end', AsyncResource.bind(() => respond(request, response, Buffer.concat(chunks))))
}

/** The function has failed: an error for the emulator, or a broken connection if the answer has begun. */
function fail(response, error) {
  logError(error)
  if (response.headersSent) return response.destroy()
  const { toErrorBody } = require('./errors.cjs')
  const body = toErrorBody(error)
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.statusCode = 500
  response.setHeader('coldframe-error', /^[\w.]+$/.test(body.errorType) ? body.errorType : 'Error')
  response.end(JSON.stringify(body))
}

/** A body that is not as long as its head says ends the connection: whoever counts on the head must not wait. */
function keepPromises(request, response) {
  let sent = 0
  for (const name of ['write', 'end']) {
    const own = response[name]
    response[name] = function (chunk, ...rest) {
      if (typeof chunk === 'string') sent += Buffer.byteLength(chunk, typeof rest[0] === 'string' ? rest[0] : 'utf8')
      else if (chunk?.byteLength) sent += chunk.byteLength
      return own.call(this, chunk, ...rest)
    }
  }
  response.once('finish', () => {
    const bodiless = request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304
    const promised = response.getHeader('content-length')
    if (!bodiless && promised !== undefined && Number(promised) !== sent) request.socket.destroy()
  })
}

/**
 * `load` gives the function `(request, response)`, both as `http` makes them. Where an instance has many calls at a time,
 * `idHeader` is the one in which their ids come.
 */
async function serve(load, idHeader) {
  const api = new RuntimeApi(env.COLDFRAME_REPORT)
  const heard = new Promise((resolve) => api.send(api.post('/coldframe/hello', ''), resolve))
  watch()
  const measured = env.COLDFRAME_IMPORTS && new (require('./imports.cjs').Watch)()
  delete env.COLDFRAME_IMPORTS
  const told = () => (measured ? measured.request(api) : '')
  const failed = (error) => failInit(api, error, 1, told())
  process.once('uncaughtException', failed)
  const started = performance.now()
  let respond
  try {
    respond = await load()
  } catch (error) {
    return failed(error)
  }
  process.removeListener('uncaughtException', failed)
  const init = `coldframe-init-us: ${Math.round((performance.now() - started) * 1000)}\r\n`
  const imports = told()
  if (imports) api.send(imports, ignore)
  const report = () => {
    const told = news(api)
    if (told.length > 0) api.send(told.join(''), ...told.map(() => ignore))
  }
  // Who listens before the emulator has heard of it is taken for one that never says when it is ready.
  await heard
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const writeHead = response.writeHead
    response.writeHead = function (...head) {
      report()
      const [name, value] = usage().trim().split(': ')
      response.setHeader(name, value)
      return writeHead.apply(this, head)
    }
    keepPromises(request, response)
    const id = request.headers[idHeader]
    if (!id) return respond(request, response)
    require('./marked.cjs').within(id, () => respond(request, response))
  })
  server.listen(Number(env.PORT), '127.0.0.1', () => {
    report()
    if (respond.functions?.length) api.send(api.post('/coldframe/functions', JSON.stringify(respond.functions)), ignore)
    api.send(api.post('/coldframe/ready', '', init + usage()), ignore)
  })
}

/** A framework that listens for everybody listens for this machine alone. */
function listenOnLoopback() {
  const { Server } = require('net')
  const listen = Server.prototype.listen
  Server.prototype.listen = function (port, ...rest) {
    const plain = Number(port) === Number(env.PORT) && typeof rest[0] !== 'string'
    return plain ? listen.call(this, Number(port), '127.0.0.1', ...rest) : listen.call(this, port, ...rest)
  }
}

module.exports = { fail, listenOnLoopback, logError, serve, whole }
