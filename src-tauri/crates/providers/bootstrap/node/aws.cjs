// Runs a Node.js Lambda handler against the Runtime API, with Node's own modules only.
//
// What a function sees (context, callbacks, streams, error bodies, log lines) is what AWS's own runtime client makes.
// What this one adds is for the emulator: CPU figures with every request for work, and the list of project files it
// has loaded. CommonJS and a bare socket, because ES modules and `http` cost milliseconds of every cold start; what
// only some functions need is loaded when it is needed.
'use strict'

const { REQUEST_ID, overlapping, patchConsole, writeLine } = require('./console.cjs')
const { empty, laneOf, openLane, waitsForEmpty, waitsNoMore } = require('./lanes.cjs')
const { HIGH_WATER_MARK, STREAMING, loadHandler, offerStreaming } = require('./load_handler.cjs')
const { news, watch } = require('./loaded_files.cjs')
const { RUNTIME, usage } = require('./runtime_api.cjs')

const env = process.env
const errors = () => require('./errors.cjs')

/** How many calls this process has at a time. */
const most = Number(env.AWS_LAMBDA_MAX_CONCURRENCY) || 1
/** Where they overlap, what they write is marked. */
const marked = most > 1 ? require('./marked.cjs') : undefined

let handler
/** Whose failure it is that no call is known to have caused. */
let nobodys

const ignore = () => {}
const settled = Promise.resolve()

function toJson(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null'
  } catch {
    throw new Error('Unable to stringify response body')
  }
}

/** With every answer where calls overlap: then the next request for work comes at no particular time. */
const spent = () => (marked ? usage() : '')

function errorRequest({ api, id }, error) {
  const { toErrorBody, xrayCause } = errors()
  const headers = `Content-Type: application/json\r\nLambda-Runtime-Function-XRay-Error-Cause: ${xrayCause(error)}\r\n${spent()}`
  return api.post(`${RUNTIME}invocation/${id}/error`, toJson(toErrorBody(error)), headers)
}

/** Sends an answer and asks for the next event in one write. */
function answerAndNext(lane, answer) {
  const { api } = lane
  const told = news(api)
  const onEvent = (_status, headers, body) => begin(lane, headers, body)
  api.send(answer + told.join('') + api.next(), ...(answer ? [checkAnswer] : []), ...told.map(() => ignore), onEvent)
  waitsNoMore(lane)
}

function checkAnswer(status) {
  if (status === 202) return
  writeLine(
    `[ERROR] [${Date.now()}] LAMBDA_RUNTIME Failed to post handler success response. Http response code: ${status}.`,
  )
}

function begin(lane, headers, body) {
  waitsForEmpty(lane)
  lane.id = headers['lambda-runtime-aws-request-id']
  globalThis[REQUEST_ID] = lane.id
  lane.onUncaught = (error) => lane.api.send(errorRequest(lane, error), () => process.exit(129))
  lane.onRejection = (error) => lane.api.send(errorRequest(lane, error), () => process.exit(128))
  const act = () => (handler[STREAMING] ? stream(lane, headers, body) : call(lane, headers, body))
  // On a stack of its own: the function's errors show its frames, not those of the connection.
  settled.then(marked ? () => marked.within(lane.id, act) : act)
}

function call(lane, headers, body) {
  let finished = false
  // What a callback waits for is its own call's alone only while there is no other.
  let waitForEmptyEventLoop = !marked
  const path = `${RUNTIME}invocation/${lane.id}/response`
  const type = `Content-Type: application/json\r\n`
  const complete = (result) => answerAndNext(lane, lane.api.post(path, toJson(result), type + spent()))
  const failed = (error) => {
    lane.onEmpty = ignore
    errors().logError('Invoke Error', error)
    answerAndNext(lane, errorRequest(lane, error))
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
    else lane.onEmpty = () => setImmediate(complete, result)
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
  lane.onEmpty = () => {
    finished = true
    complete(null)
  }
  try {
    const result = handler(JSON.parse(body), describe(context, headers), callback)
    if (isPromise(result)) {
      // As with a server, which has a connection open: what it waits for may be another call.
      if (marked) waitsNoMore(lane)
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
  // A variable is everybody's.
  if (marked) context.xRayTraceId = trace
  else if (trace) env._X_AMZN_TRACE_ID = trace
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

async function stream(lane, headers, body) {
  const { openStream } = require('./stream.cjs')
  const { responseStream, fail, answered } = openStream(lane.api, {
    path: `${RUNTIME}invocation/${lane.id}/response`,
    highWaterMark: handler[HIGH_WATER_MARK],
    errorRequest: (error) => errorRequest(lane, error),
    toErrorBody: (error) => errors().toErrorBody(error),
  })
  let waitForEmptyEventLoop = !marked
  const goOn = () => answerAndNext(lane, '')
  const failed = async (reason) => {
    lane.onEmpty = ignore
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
  lane.onEmpty = () => failed('Response stream is not finished.')
  try {
    const result = handler(JSON.parse(body), responseStream, describe(context, headers))
    if (!isPromise(result)) return await failed('Streaming does not support non-async handlers.')
    if (marked) waitsNoMore(lane)
    if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.')
    checkAnswer(await answered)
    if (waitForEmptyEventLoop) {
      lane.onEmpty = () => setImmediate(goOn)
      lane.api.unref()
    } else goOn()
  } catch (error) {
    await failed(error)
  }
}

async function main() {
  patchConsole()
  if (marked) overlapping(marked.current)
  const first = openLane(env.AWS_LAMBDA_RUNTIME_API)
  const { api } = first
  let measured
  const told = () => (measured ? measured.request(api) : '')
  const initFailed = (code) => (error) => {
    const body = errors().toErrorBody(error)
    const type = `Lambda-Runtime-Function-Error-Type: ${body.errorType}\r\n`
    const headers = `Content-Type: application/json\r\n${type}`
    const imports = told()
    api.send(imports + api.post(`${RUNTIME}init/error`, toJson(body), headers), ...(imports ? [ignore] : []), () => process.exit(code))
  }
  nobodys = { onUncaught: initFailed(129), onRejection: initFailed(128) }
  const cause = () => laneOf(marked ? marked.current() : globalThis[REQUEST_ID]) ?? nobodys
  process.on('uncaughtException', (error) => {
    errors().logError('Uncaught Exception', error)
    cause().onUncaught(error)
  })
  process.on('unhandledRejection', (reason) => {
    const error = new (errors().RuntimeError)('UnhandledPromiseRejection', reason)
    error.reason = reason
    errors().logError('Unhandled Promise Rejection', error)
    cause().onRejection(error)
  })
  process.on('beforeExit', empty)
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
  const onEvent = (_status, headers, body) => begin(first, headers, body)
  api.send(reports.join('') + api.next(init), ...reports.map(() => ignore), onEvent)
  if (marked) nobodys = { onUncaught: () => process.exit(129), onRejection: () => process.exit(128) }
  for (let i = 1; i < most; i++) answerAndNext(openLane(env.AWS_LAMBDA_RUNTIME_API), '')
}

main()
