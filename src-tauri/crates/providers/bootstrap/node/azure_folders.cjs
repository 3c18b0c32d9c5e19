// The model before `app.http`: a folder with a `function.json` for each function, whose script exports
// `async (context, req) => …`.
'use strict'

const fs = require('fs')
const path = require('path')
const { format } = require('util')

const { notConnected } = require('./azure_core.cjs')
const { within } = require('./marked.cjs')

/** Gives the way from a function's name to `{ isHttp, kinds, call(event) }`; `made` are files that were built here. */
async function load(root, importFile, made) {
  const all = new Map()
  for (const name of fs.readdirSync(root).sort()) {
    const directory = path.join(root, name)
    const manifest = path.join(directory, 'function.json')
    if (!fs.existsSync(manifest)) continue
    const described = parsed(manifest)
    if (!described) continue
    const script = scriptOf(root, directory, described, made)
    if (described.disabled === true) continue
    const module = await importFile(script)
    all.set(name.toLowerCase(), callable(name, directory, described.bindings, entry(module, described.entryPoint, script)))
  }
  return (name) => all.get(name.toLowerCase())
}

/** One that cannot be read is no function of the host's, and the others are. */
function parsed(manifest) {
  try {
    return JSON.parse(fs.readFileSync(manifest, 'utf8').replace(/^\ufeff/, ''))
  } catch (error) {
    process.stderr.write(`coldframe: ${manifest} cannot be read, and its function is left out: ${error.message}\n`)
  }
}

/** What is named below `dist` may have been built beside its source instead. */
function scriptOf(root, directory, described, made) {
  const script = path.resolve(directory, described.scriptFile ?? usual(directory))
  const source = path.relative(path.join(root, 'dist'), script)
  return made.includes(source) ? path.join(root, source) : script
}

const usual = (directory) => ['index.js', 'index.mjs', 'index.cjs'].find((name) => fs.existsSync(path.join(directory, name))) ?? 'index.js'

function entry(module, wanted, script) {
  const exported = module?.default && !wanted ? module.default : module
  if (typeof exported === 'function' && !wanted) return exported
  const owner = { ...module?.default, ...module }
  const names = Object.keys(owner).filter((name) => typeof owner[name] === 'function')
  const name = wanted ?? (names.length === 1 ? names[0] : ['run', 'index'].find((one) => names.includes(one)))
  if (typeof owner[name] === 'function') return owner[name].bind(owner)
  throw new Error(`${script} exports no function${wanted ? ` called ${wanted}` : ''}: export one, or name it with entryPoint`)
}

function callable(name, directory, bindings, handler) {
  const trigger = bindings.find((one) => /trigger$/i.test(one.type))
  const isHttp = trigger.type.toLowerCase() === 'httptrigger'
  const inputs = bindings.filter((one) => one !== trigger && String(one.direction).toLowerCase() !== 'out')
  const outputs = bindings.filter((one) => String(one.direction).toLowerCase() === 'out')
  const kinds = Object.fromEntries(outputs.map((one) => [one.name, one.type]))
  const call = async ({ id, http, message, metadata, trace }) => {
    for (const one of inputs) notConnected(one.name, one.type)
    const input = http ? requestOf(http) : valueOf(message)
    const data = Object.fromEntries(Object.entries(metadata).map(([key, one]) => [lowered(key), valueOf(one)]))
    const context = contextOf({ id, name, directory, trace, data })
    context.bindings[trigger.name] = input
    if (http) {
      context.req = input
      context.res = responseOf(context)
      Object.assign(context.bindingData, input.query, input.params)
    }
    const own = context.res
    const returned = await Promise.race([Promise.resolve(handler(context, input)), context.isDone])
    const values = { ...context.bindings }
    if (returned !== null && typeof returned === 'object') {
      for (const one of outputs) if (one.name in returned) values[one.name] = returned[one.name]
    }
    const answer = outputs.find((one) => one.type.toLowerCase() === 'http')
    const others = outputs.filter((one) => one !== answer && one.name !== '$return' && values[one.name] !== undefined)
    let response = answer?.name === '$return' ? returned : values[answer?.name]
    response ??= context.res === own && !own.touched ? undefined : context.res
    return {
      http: answer && response !== undefined ? httpOf(response) : undefined,
      returned: answer?.name === '$return' ? undefined : returned,
      outputs: Object.fromEntries(others.map((one) => [one.name, values[one.name]])),
    }
  }
  return { isHttp, kinds, call }
}

const lowered = (name) => name.charAt(0).toLowerCase() + name.slice(1)

function valueOf(message) {
  const text = message.string ?? message.json
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function contextOf({ id, name, directory, trace, data }) {
  const write = (level) => (...args) => {
    const stream = level === 'WARNING' || level === 'ERROR' ? process.stderr : process.stdout
    within(id, () => stream.write(`[${level}] ${format(...args)}\n`))
  }
  const log = Object.assign(write('INFORMATION'), {
    error: write('ERROR'), warn: write('WARNING'), info: write('INFORMATION'), verbose: write('DEBUG'), metric: () => {},
  })
  const context = { invocationId: id, bindings: {}, bindingDefinitions: [], bindingData: { ...data, invocationId: id }, traceContext: trace, log }
  context.executionContext = { invocationId: id, functionName: name, functionDirectory: directory, retryContext: undefined }
  // A function that is not asynchronous says by this that it has ended.
  context.isDone = new Promise((resolve, reject) => {
    context.done = (error, result) => (error ? reject(error) : resolve(result))
  })
  context.isDone.catch(() => {})
  return context
}

function requestOf({ method, url, headers, params, query, body }) {
  const rawBody = body ? Buffer.from(body.bytes) : undefined
  const kind = headers['content-type'] ?? ''
  const binary = /^(application\/octet-stream|multipart\/)/.test(kind)
  let parsed = binary ? rawBody : rawBody?.toString()
  if (parsed !== undefined && !binary) {
    try {
      parsed = JSON.parse(parsed)
    } catch {
      // It is not JSON: the text is the body.
    }
  }
  const get = (name) => headers[name.toLowerCase()]
  return { method, url, originalUrl: url, headers, query, params, body: parsed, rawBody: rawBody?.toString(), bufferBody: rawBody, get, header: get, user: null }
}

function responseOf(context) {
  const response = { headers: {} }
  const hidden = (name, value) => Object.defineProperty(response, name, { value, enumerable: false, writable: true })
  hidden('touched', false)
  const touch = (act) => (...args) => {
    response.touched = true
    act(...args)
    return response
  }
  const end = touch((body) => {
    if (body !== undefined) response.body = body
    context.done()
  })
  const header = touch((name, value) => void (response.headers[name] = value))
  const methods = {
    status: touch((code) => void (response.statusCode = code)), sendStatus: touch((code) => { response.statusCode = code; context.done() }),
    send: end, end, json: touch((body) => { response.headers['content-type'] ??= 'application/json'; end(body) }),
    set: header, header, setHeader: header, type: touch((kind) => void (response.headers['content-type'] = kind)),
    get: (name) => response.headers[name], getHeader: (name) => response.headers[name],
  }
  for (const [name, value] of Object.entries(methods)) hidden(name, value)
  // `context.res.body = …` without a call touches it as well.
  return new Proxy(response, {
    set(target, name, value) {
      target.touched = true
      if (name === 'status') name = 'statusCode'
      target[name] = value
      return true
    },
  })
}

/** A response object as the worker's protocol has it; anything else is the body of one. */
function httpOf(response) {
  const isObject = response !== null && typeof response === 'object' && !Buffer.isBuffer(response)
  const known = isObject && ['body', 'status', 'statusCode', 'headers', 'cookies'].some((name) => name in response)
  const { body, headers, cookies } = known ? response : { body: response }
  const status = known ? (typeof response.status === 'function' ? response.statusCode : (response.statusCode ?? response.status)) : 200
  const given = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const http = { statusCode: String(status ?? 200), headers: given, cookies }
  if (Buffer.isBuffer(body) || body instanceof Uint8Array) http.body = { bytes: body }
  else if (typeof body === 'string') http.body = { string: body }
  else if (body !== undefined && body !== null) http.body = { string: JSON.stringify(body) }
  const kind = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  if (http.body && !http.body.bytes) given['content-type'] ??= kind
  return http
}

module.exports = { load }
