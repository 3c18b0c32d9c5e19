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
    try {
      const result = (await main({ ...defaults, ...value })) ?? {}
      if (typeof result !== 'object') {
        return reply(response, 502, { error: 'The action did not return a dictionary or array.' }, 'action developer error')
      }
      reply(response, 200, result, 'error' in result ? 'application error' : undefined)
    } catch (error) {
      logError(error)
      // What is no 200 is the developer's to OpenWhisk, even where it says what went wrong.
      reply(response, 502, { error: `An error has occurred: ${error?.message ?? error}` }, 'action developer error')
    }
  })
}

serve(load)
