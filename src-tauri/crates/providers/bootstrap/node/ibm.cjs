// An OpenWhisk action in Node, as its action proxy runs it: `main(params)` takes an object and returns one, or a promise
// of one. The action is there from the start, so that its file keeps its name in stacks; `/init` says so, `/run` runs it.
'use strict'

const fs = require('fs')
const path = require('path')
const Module = require('module')

const { logError, serve, whole } = require('./serve.cjs')

const env = process.env

const reply = (response, status, value, outcome) => {
  response.statusCode = status
  response.setHeader('Content-Type', 'application/json')
  if (outcome) response.setHeader('coldframe-outcome', outcome)
  response.end(JSON.stringify(value))
}

/** A file that only defines its function exports nothing: the proxy evaluates it, and finds the name in its scope. */
function definedIn(file, name) {
  const source = fs.readFileSync(file, 'utf8')
  const module = new Module(file, null)
  module.filename = file
  module.paths = Module._nodeModulePaths(path.dirname(file))
  module._compile(`${source}\n;if (typeof ${name} === 'function') module.exports.${name} ??= ${name}`, file)
  return module.exports
}

/** What a promise was refused with is a result of the action's own: an error in it by its own words. */
function refused(error) {
  if (error instanceof Error) logError(error)
  return { error: error ? plain(error, []) : {} }
}

/** As the package `serialize-error` has it, which the action proxy asks. */
function plain(value, above) {
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (typeof value.toJSON === 'function') return value.toJSON()
  if (above.includes(value)) return '[Circular]'
  if (Buffer.isBuffer(value)) return '[object Buffer]'
  const inside = (one) => plain(one, [...above, value])
  if (Array.isArray(value)) return value.map(inside)
  const own = Object.entries(value).filter(([, one]) => typeof one !== 'function')
  const told = ['name', 'message', 'stack', 'code', 'cause'].filter((name) => value[name] !== undefined)
  return Object.fromEntries([...own, ...told.map((name) => [name, value[name]])].map(([name, one]) => [name, inside(one)]))
}

async function load() {
  const file = path.resolve(env.COLDFRAME_HANDLER)
  const name = env.COLDFRAME_MAIN
  const plain = /^[\w$]+$/.test(name)
  let module
  try {
    module = require(file)
  } catch (error) {
    if (!/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) throw error
    module = await import(require('url').pathToFileURL(file))
  }
  let main = module[name] ?? module.default?.[name] ?? (typeof module === 'function' ? module : undefined)
  if (main === undefined && plain && /\.c?js$/.test(file)) main = definedIn(file, name)[name]
  if (typeof main !== 'function') throw new Error(`Action entrypoint '${name}' is not a function.`)
  const defaults = JSON.parse(env.__OW_DEFAULTS ?? '{}')
  return whole(async (request, response, body) => {
    if (request.url === '/init') return reply(response, 403, { error: 'Cannot initialize the action more than once.' })
    if (request.url !== '/run') return reply(response, 404, { error: 'not found' })
    const { value, ...message } = JSON.parse(body)
    for (const [key, text] of Object.entries(message)) env[`__OW_${key.toUpperCase()}`] = String(text)
    let running
    try {
      running = main({ ...defaults, ...value })
    } catch (error) {
      logError(error)
      // What is thrown at once is the developer's to OpenWhisk, even where it says what went wrong.
      return reply(response, 502, { error: `An error has occurred: ${error}` }, 'action developer error')
    }
    const result = (await Promise.resolve(running).catch(refused)) ?? {}
    if (typeof result !== 'object') {
      return reply(response, 502, { error: 'The action did not return a dictionary or array.' }, 'action developer error')
    }
    reply(response, 200, result, 'error' in result ? 'application error' : undefined)
  })
}

serve(load)
