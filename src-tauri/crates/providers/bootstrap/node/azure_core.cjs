// `@azure/functions-core`, which Azure's Node worker offers to `@azure/functions`: what the app registers, and how a
// registered function is called through the library's own model.
'use strict'

const Module = require('module')
const { format } = require('util')

const stream = require('./azure_stream.cjs')
const { within } = require('./marked.cjs')

const NAME = '@azure/functions-core'
/** As `registerFunction` was told, by lower-case name. */
const functions = new Map()
const hooks = new Map()
let model

class Disposable {
  #dispose
  constructor(dispose) {
    this.#dispose = dispose
  }
  static from(...all) {
    return new Disposable(() => all.forEach((one) => one?.dispose?.()))
  }
  dispose() {
    this.#dispose?.()
    this.#dispose = undefined
  }
}

/** A line of the function's log, with its level. */
function log(level, _category, ...args) {
  const stream = ['warning', 'error', 'critical'].includes(level) ? process.stderr : process.stdout
  stream.write(`[${String(level).toUpperCase()}] ${format(...args)}\n`)
}

const core = {
  version: '3.11.0',
  hostVersion: '4.1036.2.2',
  workerConfig: {},
  Disposable,
  registerFunction(metadata, callback) {
    const key = metadata.name.toLowerCase()
    if (functions.has(key)) throw new Error(`A function with name "${metadata.name}" has already been registered.`)
    functions.set(key, { metadata, callback })
    return new Disposable(() => functions.delete(key))
  },
  registerHook(name, callback) {
    const all = hooks.get(name) ?? []
    hooks.set(name, [...all, callback])
    return new Disposable(() => hooks.set(name, hooks.get(name).filter((one) => one !== callback)))
  },
  setProgrammingModel: (given) => void (model = given),
  getProgrammingModel: () => model,
  log,
}

/** Whatever asks for the module, CommonJS or through the library from an ES module, gets this one. */
function offer() {
  const load = Module._load
  Module._load = function (request, ...rest) {
    return request === NAME ? core : load.call(this, request, ...rest)
  }
}

async function runHooks(name, context) {
  for (const hook of hooks.get(name) ?? []) await hook(context)
}

async function started() {
  if (!model) return
  await stream.capabilities(model)
  await runHooks('appStart', { hookData: {}, appLevelData: {} })
}

/** Gives what the library makes of the function's answer: `{ returnValue, outputData }`. */
async function call({ metadata, callback }, invocationId, data, triggerMetadata, traceContext) {
  const [trigger] = Object.entries(metadata.bindings).find(([, one]) => /trigger$/i.test(one.type ?? ''))
  const request = { inputData: [{ name: trigger, data }], triggerMetadata, traceContext, invocationId }
  // `context.log` is its call's wherever it is called from.
  const ownLog = (...args) => within(invocationId, () => log(...args))
  const context = { invocationId, request, metadata, state: undefined, log: ownLog }
  const invocation = model.getInvocationModel(context)
  const { context: own, inputs } = await invocation.getArguments()
  const before = { hookData: {}, appLevelData: {}, invocationContext: own, functionCallback: callback, inputs }
  context.state = 'preInvocationHooks'
  await runHooks('preInvocation', before)
  context.state = 'invocation'
  const after = { hookData: before.hookData, appLevelData: before.appLevelData, invocationContext: own, inputs: before.inputs, result: undefined, error: undefined }
  try {
    after.result = await invocation.invokeFunction(own, before.inputs, before.functionCallback)
  } catch (error) {
    after.error = error
  }
  context.state = 'postInvocationHooks'
  await runHooks('postInvocation', after)
  if (after.error) throw after.error
  return invocation.getResponse(own, after.result)
}

/** Of an input that is another's data: there is none here. */
function notConnected(name, kind) {
  process.stderr.write(`coldframe: input binding \`${name}\` (${kind}) is not connected; it is undefined\n`)
}

/** What a `function.json` would say of each. */
const described = () =>
  [...functions.values()].map(({ metadata: { name, bindings } }) => ({
    name,
    bindings: Object.entries(bindings).map(([key, one]) => ({ ...one, name: key })),
  }))

module.exports = { call, described, functions, notConnected, offer, started }
