// Finds a handler by its name, `folder/file.path.to.function`, in the order AWS's runtime client looks.
'use strict'

const fs = require('fs')
const path = require('path')

const env = process.env

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')

function offerStreaming() {
  if (['1', 'true'].includes(env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) return
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = 'response'
      if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = options.highWaterMark
      return handler
    },
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType('application/vnd.awslambda.http-integration-response')
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude))
          write(new Uint8Array(8))
        }
        return stream
      },
    },
  }
}

/** Whether the nearest package.json makes `.js` files ES modules. */
function isModuleFolder(folder) {
  if (folder.endsWith('/node_modules')) return false
  const manifest = path.join(folder, 'package.json')
  if (fs.existsSync(manifest)) {
    try {
      return JSON.parse(fs.readFileSync(manifest)).type === 'module'
    } catch (error) {
      console.warn(`${manifest} cannot be read, it will be ignored for ES module detection purposes.`, error)
      return false
    }
  }
  const parent = path.dirname(folder)
  return parent === folder ? false : isModuleFolder(parent)
}

const runtimeError = (type, reason) => new (require('./errors.cjs').RuntimeError)(type, reason)

let loadedEsm = false
let imported

/** The parser's own report begins with `file:line`. */
const placeOf = (report) => /^(?:file:\/\/)?(\/.*:\d+)$/m.exec(report)?.[1]

/**
 * Of a module that does not parse Node tells the place only when nobody catches it, so another process is asked. No code
 * of the function runs there: all modules are parsed before the first begins.
 */
function reparsed(stack) {
  const foreign = (frame) => frame.includes('node:') || frame.includes(__dirname)
  // An error with a frame of the function's own was thrown by its code.
  const thrown = stack.split('\n').some((line) => /^\s+at /.test(line) && !foreign(line))
  if (!imported || thrown) return undefined
  const url = require('url').pathToFileURL(imported).href
  const args = ['--input-type=module', '--eval', `import ${JSON.stringify(url)}`]
  const { stderr } = require('child_process').spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 5000 })
  return placeOf(stderr ?? '')
}

/** Imports a file, whatever it is: Node knows an ES module by its name, its package and its syntax. */
async function importFile(file) {
  loadedEsm = true
  imported = file
  return import(require('url').pathToFileURL(file))
}

async function loadModule(file, name, folder) {
  if (fs.existsSync(file) && fs.statSync(file).isFile()) return require(file)
  if (fs.existsSync(file + '.js')) {
    return isModuleFolder(path.dirname(file)) ? importFile(file + '.js') : require(file + '.js')
  }
  if (fs.existsSync(file + '.mjs')) return importFile(file + '.mjs')
  if (fs.existsSync(file + '.cjs')) return require(file + '.cjs')
  return require(require.resolve(name, { paths: [process.cwd(), folder] }))
}

async function loadHandler(text) {
  if (text.includes('..')) {
    throw runtimeError(
      'MalformedHandlerName',
      `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  }
  const base = path.basename(text)
  const folder = text.slice(0, text.indexOf(base))
  const match = /^([^.]*)\.(.*)$/.exec(base)
  if (!match) throw runtimeError('MalformedHandlerName', 'Bad handler')
  const [, name, property] = match
  let module
  try {
    module = await loadModule(path.resolve(folder, name), name, folder)
  } catch (error) {
    if (error instanceof SyntaxError) {
      const fault = runtimeError('UserCodeSyntaxError', error)
      // AWS leaves out where.
      const place = placeOf(error.stack ?? '') ?? reparsed(error.stack ?? '')
      fault.stack = `${fault.name}: ${fault.message}` + (place ? `\n    at ${place}` : '')
      throw fault
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      // Not enumerable: AWS's log line does not have it.
      throw Object.defineProperty(runtimeError('ImportModuleError', error), 'missing', { value: error })
    }
    throw error
  }
  const handler = property.split('.').reduce((value, key) => value && value[key], module)
  if (!handler) throw runtimeError('HandlerNotFound', `${text} is undefined or not exported`)
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${text} is not a function`)
  const streaming = handler[STREAMING]
  if (streaming && streaming !== 'response') {
    throw runtimeError('MalformedStreamingHandler', 'Only response streaming is supported.')
  }
  return handler
}

module.exports = { HIGH_WATER_MARK, STREAMING, importFile, loadHandler, loadedEsm: () => loadedEsm, offerStreaming }
