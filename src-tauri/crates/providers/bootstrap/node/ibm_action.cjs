// Where an OpenWhisk action's function is: in its file, or in what `/init` brings, source or a zip in Base64.
'use strict'

const fs = require('fs')
const Module = require('module')
const os = require('os')
const path = require('path')
const vm = require('vm')

/** There is no action in it, which its message says whole. */
class NoAction extends Error {}

/** A file that only defines its function exports nothing: the proxy evaluates it, and finds the name in its scope. */
function definedIn(file, name) {
  if (!/^[\w$]+$/.test(name)) return undefined
  const source = fs.readFileSync(file, 'utf8')
  const module = new Module(file, null)
  module.filename = file
  module.paths = Module._nodeModulePaths(path.dirname(file))
  module._compile(`${source}\n;if (typeof ${name} === 'function') module.exports.${name} ??= ${name}`, file)
  return module.exports[name]
}

async function mainOf(file, name) {
  let module
  try {
    module = require(file)
  } catch (error) {
    if (!/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) throw error
    module = await import(require('url').pathToFileURL(file))
  }
  const main = module[name] ?? module.default?.[name] ?? (typeof module === 'function' ? module : undefined)
  return callable(main === undefined && /\.c?js$/.test(file) ? definedIn(file, name) : main, name)
}

function callable(main, name) {
  if (typeof main !== 'function') throw new NoAction(`Action entrypoint '${name}' is not a function.`)
  return main
}

/** The function of `/init`'s `value`, whose `env` is there before any of its code runs. */
async function brought({ code, main, binary, env }) {
  for (const [name, value] of Object.entries(env ?? {})) {
    process.env[name] = typeof value === 'object' && value ? JSON.stringify(value) : String(value ?? '')
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'action-'))
  if (!binary) {
    const file = path.join(folder, 'main.js')
    fs.writeFileSync(file, code)
    // What is no program is told of by its own lines.
    new vm.Script(Module.wrap(code), { filename: file })
    return callable(definedIn(file, main), main)
  }
  try {
    // Few are brought an archive, and reading one costs milliseconds of a start.
    require('./zip.cjs').unzip(Buffer.from(code, 'base64'), folder)
  } catch (error) {
    throw new NoAction(`There was an error uncompressing the action archive. ${error.message}`)
  }
  process.chdir(folder)
  const dot = main.indexOf('.')
  const inside = dot > 0 ? path.join(folder, main.slice(0, dot)) : folder
  if (inside === folder && !['package.json', 'index.js'].some((file) => fs.existsSync(file))) {
    throw new NoAction('Zipped actions must contain either package.json or index.js at the root.')
  }
  return mainOf(require.resolve(inside), main.slice(dot + 1))
}

module.exports = { brought, mainOf, NoAction }
