// Google's functions framework, as far as a function needs it that has nothing installed: registrations and exports,
// requests and responses with Express's usual members, CloudEvents, background events.
//
// Where the real framework is installed it runs instead, unchanged, on the port the emulator names.
'use strict'

const path = require('path')
const Module = require('module')
const { pathToFileURL } = require('url')

const NAME = '@google-cloud/functions-framework'
const STAND_IN = pathToFileURL(path.join(__dirname, 'gcp_framework.mjs')).href

const env = process.env
const registered = new Map()

const framework = {
  http: (name, handler) => void registered.set(name, { signature: 'http', handler }),
  cloudEvent: (name, handler) => void registered.set(name, { signature: 'cloudevent', handler }),
  typed: (name, handler) => void registered.set(name, { signature: 'typed', handler }),
}

function installed() {
  try {
    const { resolve } = Module.createRequire(path.join(process.cwd(), 'package.json'))
    return path.join(path.dirname(resolve(`${NAME}/package.json`)), 'build/src/main.js')
  } catch {
    return manifestOf()
  }
}

/** Some versions do not export their manifest. */
function manifestOf() {
  const fs = require('fs')
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const main = path.join(folder, 'node_modules', NAME, 'build/src/main.js')
    if (fs.existsSync(main)) return main
    if (folder === path.dirname(folder)) return null
  }
}

function offerFramework() {
  const load = Module._load
  Module._load = function (request, ...rest) {
    return request === NAME ? framework : load.call(this, request, ...rest)
  }
  globalThis[Symbol.for('coldframe.gcp')] = framework
  const resolve = (specifier, context, next) =>
    specifier === NAME ? { url: STAND_IN, format: 'module', shortCircuit: true } : next(specifier, context)
  Module.registerHooks?.({ resolve })
}

/** Hooks on a thread of their own are for `import` alone, and start a while: only what is a module has them. */
function offerToImports() {
  if (Module.registerHooks || !Module.register) return
  Module.register('./gcp_hooks.mjs', { parentURL: pathToFileURL(__filename), data: { from: NAME, to: STAND_IN } })
}

async function importSource(source) {
  try {
    return require(source)
  } catch (error) {
    // Where `require` takes modules but has no hooks, nothing of one has run whose imports are not found.
    const unfound = error?.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${NAME}'`)
    if (!unfound && !/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) throw error
    offerToImports()
    return import(pathToFileURL(source))
  }
}

async function load() {
  offerFramework()
  const target = env.FUNCTION_TARGET
  const module = await importSource(env.FUNCTION_SOURCE)
  const own = target.split('.').reduce((value, key) => value?.[key], module) ?? module.default?.[target]
  const found = registered.get(target) ?? { signature: env.FUNCTION_SIGNATURE_TYPE || 'http', handler: own }
  const { signature } = found
  const handler = signature === 'typed' ? (found.handler?.handler ?? found.handler) : found.handler
  if (typeof handler !== 'function') {
    throw new Error(`Function '${target}' is not defined in the provided module.\nDid you specify the correct target function to execute?`)
  }
  const calls = require('./gcp_calls.cjs')
  const respond = calls[signature]
  if (!respond) throw new Error(`FUNCTION_SIGNATURE_TYPE is '${signature}', which is none of ${Object.keys(calls).join(', ')}`)
  return require('./serve.cjs').whole(respond(handler))
}

const real = installed()
if (real) {
  require('./serve.cjs').listenOnLoopback()
  process.argv[1] = real
  require(real)
} else {
  require('./serve.cjs').serve(load, 'function-execution-id')
}
