// Runs a Node.js Lambda handler against the Runtime API, with Node's own modules only.
//
// What a function sees (context, callbacks, streams, error bodies, log lines) is what AWS's own runtime client makes.
// What this one adds is for the emulator: CPU figures with every request for work, and the list of project files it
// has loaded. CommonJS and a bare socket, because ES modules and `http` cost milliseconds of every cold start; what
// only some functions need is loaded when it is needed.
'use strict'

const { REQUEST_ID, patchConsole, writeLine } = require('./console.cjs')
const { HIGH_WATER_MARK, STREAMING, loadHandler, offerStreaming } = require('./load_handler.cjs')
const { news, watch } = require('./loaded_files.cjs')
const { RUNTIME, RuntimeApi } = require('./runtime_api.cjs')

const env = process.env
const errors = () => require('./errors.cjs')

let api
let handler
let onEmpty = () => {}
let onUncaught
let onRejection

const ignore = () => {}
const settled = Promise.resolve()

function toJson(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null'
  } catch {
    throw new Error('Unable to stringify response body')
  }
}

function errorRequest(id, error) {
  const { toErrorBody, xrayCause } = errors()
  const headers = `Content-Type: application/json\r\nLambda-Runtime-Function-XRay-Error-Cause: ${xrayCause(error)}\r\n`
  return api.post(`${RUNTIME}invocation/${id}/error`, toJson(toErrorBody(error)), headers)
}

/** Sends an answer and asks for the next event in one write. */
function answerAndNext(answer) {
  onEmpty = ignore
  const told = news(api)
  api.send(answer + told.join('') + api.next(), checkAnswer, ...told.map(() => ignore), onEvent)
}

function checkAnswer(status) {
  if (status === 202) return
  writeLine(
    `[ERROR] [${Date.now()}] LAMBDA_RUNTIME Failed to post handler success response. Http response code: ${status}.`,
  )
}

function onEvent(_status, headers, body) {
  api.unref()
  const id = headers['lambda-runtime-aws-request-id']
  globalThis[REQUEST_ID] = id
  onUncaught = (error) => api.send(errorRequest(id, error), () => process.exit(129))
  onRejection = (error) => api.send(errorRequest(id, error), () => process.exit(128))
  // On a stack of its own: the function's errors show its frames, not those of the connection.
  settled.then(() => (handler[STREAMING] ? stream(id, headers, body) : call(id, headers, body)))
}

function call(id, headers, body) {
  let finished = false
  let waitForEmptyEventLoop = true
  const complete = (result) => answerAndNext(api.post(`${RUNTIME}invocation/${id}/response`, toJson(result)))
  const failed = (error) => {
    onEmpty = ignore
    errors().logError('Invoke Error', error)
    answerAndNext(errorRequest(id, error))
  }
  const once = (settle) => {
    return (...args) => {
      if (finished) return
      settle(...args)
      finished = true
    }
  }
  const isError = (error) => error !== undefined && error !== null
  const callback = once((error, result) => {
    if (isError(error)) failed(error)
    else if (!waitForEmptyEventLoop) complete(result)
    else onEmpty = () => setImmediate(complete, result)
  })
  const done = once((error, result) => (isError(error) ? failed(error) : complete(result)))
  const context = {
    get callbackWaitsForEmptyEventLoop() {
      return waitForEmptyEventLoop
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waitForEmptyEventLoop = value
    },
    succeed: (result) => done(null, result),
    fail: (error) => done(isError(error) ? error : 'handled'),
    done,
  }
  // Neither a promise nor a callback: the answer is null once there is nothing left to do.
  onEmpty = () => {
    finished = true
    complete(null)
  }
  try {
    const result = handler(JSON.parse(body), describe(context, headers), callback)
    if (isPromise(result)) {
      result.then(context.succeed, context.fail).catch(context.fail)
    }
  } catch (error) {
    callback(error)
  }
}

const isPromise = (value) => value && typeof value.then === 'function'

/** Adds what headers and environment say to the context. */
function describe(context, headers) {
  const trace = headers['lambda-runtime-trace-id']
  if (trace) env._X_AMZN_TRACE_ID = trace
  else delete env._X_AMZN_TRACE_ID
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  return Object.assign(context, {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed(headers['lambda-runtime-client-context'], 'ClientContext'),
    identity: parsed(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  })
}

function parsed(text, name) {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${error}`)
  }
}

async function stream(id, headers, body) {
  const { openStream } = require('./stream.cjs')
  const { responseStream, fail, answered } = openStream(api, {
    path: `${RUNTIME}invocation/${id}/response`,
    highWaterMark: handler[HIGH_WATER_MARK],
    errorRequest: (error) => errorRequest(id, error),
    toErrorBody: (error) => errors().toErrorBody(error),
  })
  let waitForEmptyEventLoop = true
  const goOn = () => {
    onEmpty = ignore
    const told = news(api)
    api.send(told.join('') + api.next(), ...told.map(() => ignore), onEvent)
  }
  const failed = async (reason) => {
    onEmpty = ignore
    errors().logError('Invoke Error', reason)
    checkAnswer(await fail(reason))
    goOn()
  }
  const context = {
    get callbackWaitsForEmptyEventLoop() {
      return waitForEmptyEventLoop
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waitForEmptyEventLoop = value
    },
  }
  onEmpty = () => failed('Response stream is not finished.')
  try {
    const result = handler(JSON.parse(body), responseStream, describe(context, headers))
    if (!isPromise(result)) return await failed('Streaming does not support non-async handlers.')
    if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.')
    checkAnswer(await answered)
    if (waitForEmptyEventLoop) {
      onEmpty = () => setImmediate(goOn)
      api.unref()
    } else goOn()
  } catch (error) {
    await failed(error)
  }
}

async function main() {
  patchConsole()
  api = new RuntimeApi(env.AWS_LAMBDA_RUNTIME_API)
  let measured
  const told = () => (measured ? measured.request(api) : '')
  const initFailed = (code) => (error) => {
    const body = errors().toErrorBody(error)
    const type = `Lambda-Runtime-Function-Error-Type: ${body.errorType}\r\n`
    const headers = `Content-Type: application/json\r\n${type}`
    const imports = told()
    api.send(imports + api.post(`${RUNTIME}init/error`, toJson(body), headers), ...(imports ? [ignore] : []), () => process.exit(code))
  }
  onUncaught = initFailed(129)
  onRejection = initFailed(128)
  process.on('uncaughtException', (error) => {
    errors().logError('Uncaught Exception', error)
    onUncaught(error)
  })
  process.on('unhandledRejection', (reason) => {
    const error = new (errors().RuntimeError)('UnhandledPromiseRejection', reason)
    error.reason = reason
    errors().logError('Unhandled Promise Rejection', error)
    onRejection(error)
  })
  process.on('beforeExit', () => onEmpty())
  offerStreaming()
  watch()
  if (env.COLDFRAME_IMPORTS) measured = new (require('./imports.cjs').Watch)()
  delete env.COLDFRAME_IMPORTS
  const started = performance.now()
  try {
    handler = await loadHandler(env._HANDLER)
  } catch (error) {
    errors().logError('Uncaught Exception', error)
    const place = /MODULE_NOT_FOUND$/.test((error?.missing ?? error)?.code)
      ? require('./import_place.cjs').importPlace(error.missing ?? error)
      : ''
    if (place) process.stderr.write(`coldframe: the import stands in ${place}\n`)
    return initFailed(129)(error)
  }
  const init = `coldframe-init-us: ${Math.round((performance.now() - started) * 1000)}\r\n`
  const reports = [told(), ...news(api)].filter(Boolean)
  api.send(reports.join('') + api.next(init), ...reports.map(() => ignore), onEvent)
}

main()
