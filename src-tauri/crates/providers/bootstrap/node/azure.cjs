// Runs an Azure app in Node: files that register functions with the app's own `@azure/functions`, or folders with a
// `function.json`. Requests come as they were sent, with headers of ours that say for which function; other events come
// in the JSON that custom handlers are sent, and are answered in it.
'use strict'

const path = require('path')

const core = require('./azure_core.cjs')
const stream = require('./azure_stream.cjs')
const { fail, serve, whole } = require('./serve.cjs')

const env = process.env
const INVOCATION = 'x-azure-functions-invocationid'

async function importFile(file) {
  try {
    return require(file)
  } catch (error) {
    if (!/^ERR_REQUIRE_(ESM|ASYNC_MODULE)$/.test(error?.code)) throw error
    return import(require('url').pathToFileURL(file))
  }
}

/** What a build made of TypeScript has the ending of what it became. */
const built = (file) => file.replace(/\.([cm]?)ts$/, '.$1js')

async function load() {
  core.offer()
  const [first, ...others] = env.COLDFRAME_HANDLER.split(',')
  if (first === 'function.json') {
    const folders = await require('./azure_folders.cjs').load(process.cwd(), importFile, others.map(built))
    return answering(folders)
  }
  for (const file of [first, ...others]) await importFile(path.resolve(built(file)))
  await core.started()
  return Object.assign(answering(registered), { functions: core.described() })
}

/** A function of the library's model, as `{ isHttp, outputs, call(event) }`. */
function registered(name) {
  const found = core.functions.get(name.toLowerCase())
  if (!found) return undefined
  const bindings = Object.entries(found.metadata.bindings)
  const trigger = bindings.find(([, one]) => /trigger$/i.test(one.type ?? ''))[1].type
  const kinds = Object.fromEntries(bindings.map(([key, one]) => [key, one.type]))
  const inputs = bindings.filter(([, one]) => one.direction === 'in' && !/trigger$/i.test(one.type ?? ''))
  const call = async ({ id, http, message, metadata, trace }) => {
    for (const [input, one] of inputs) core.notConnected(input, one.type)
    const data = http ? { http } : message
    const { returnValue, outputData } = await core.call(found, id, data, metadata, trace)
    return {
      http: returnValue?.http,
      returned: plain(returnValue),
      outputs: Object.fromEntries((outputData ?? []).map((one) => [one.name, plain(one.data)])),
    }
  }
  return { isHttp: trigger.toLowerCase() === 'httptrigger', kinds, call }
}

/** What is in a value of the worker's protocol. */
function plain(data) {
  if (data === null || data === undefined || data.http) return undefined
  if (data.json !== undefined && data.json !== null) return JSON.parse(data.json)
  if (data.bytes) return Buffer.from(data.bytes).toString()
  return data.string ?? data.int ?? data.double
}

/** `find` gives a function by its name. */
function answering(find) {
  const answer = whole((request, response, body) => guarded(response, () => answered(find, request, response, body)))
  return (request, response) => {
    const found = stream.streams() && find(nameIn(request))
    if (!found?.isHttp) return answer(request, response)
    guarded(response, () => streamed(found, request, response))
  }
}

async function guarded(response, work) {
  try {
    await work()
  } catch (error) {
    fail(response, error)
  }
}

const nameIn = (request) => decodeURIComponent(request.headers['coldframe-function'] ?? '')

function callOf({ headers }) {
  const trace = { traceParent: headers.traceparent ?? '', traceState: headers.tracestate ?? '', attributes: {} }
  return { id: headers[INVOCATION], trace }
}

async function answered(find, request, response, body) {
  const name = nameIn(request)
  if (name === '*') {
    response.setHeader('Content-Type', 'application/json')
    return response.end(JSON.stringify(core.described().map((one) => one.name)))
  }
  const found = find(name)
  if (!found) throw new Error(`the app registers no function '${name}' when it runs`)
  const call = callOf(request)
  if (found.isHttp) {
    const result = await found.call({ ...call, http: requestOf(request, body), metadata: {} })
    notSent(found, result.outputs)
    return respond(response, result.http)
  }
  const { Data: data, Metadata: given } = JSON.parse(body)
  const [value] = Object.values(data)
  const message = typeof value === 'string' ? { string: JSON.parse(value) } : { json: JSON.stringify(value) }
  const texts = Object.entries(given).filter(([, one]) => typeof one === 'string')
  const metadata = Object.fromEntries(texts.map(([key, one]) => [key, told(one)]))
  const result = await found.call({ ...call, message, metadata })
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ Outputs: result.outputs, Logs: [], ReturnValue: result.returned ?? null }))
}

/** The library reads the request and writes the answer itself; of a function that gives none there is nothing to write. */
async function streamed(found, request, response) {
  const { headers, params } = requestOf(request, '')
  const call = callOf(request)
  stream.hand(call.id, request, response)
  const result = await found.call({ ...call, http: {}, metadata: stream.metadata(headers, params) })
  notSent(found, result.outputs)
  if (!response.writableEnded) respond(response, undefined)
}

/** Of the metadata most is JSON, but times are as they are. */
function told(text) {
  try {
    JSON.parse(text)
    return { json: text }
  } catch {
    return { string: text }
  }
}

function requestOf(request, body) {
  const headers = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith('coldframe-')) headers[name] = Array.isArray(value) ? value.join(',') : value
  }
  const params = Object.fromEntries(new URLSearchParams(request.headers['coldframe-parameters'] ?? ''))
  const url = `${headers['x-forwarded-proto'] ?? 'http'}://${headers.host ?? 'localhost'}${request.url}`
  const query = {}
  for (const [name, value] of new URL(url).searchParams) query[name] = name in query ? `${query[name]},${value}` : value
  const sent = body.length > 0 ? { bytes: body } : undefined
  return { method: request.method, url, headers, params, query, body: sent }
}

function respond(response, http) {
  if (!http) {
    response.statusCode = 204
    return response.end()
  }
  response.statusCode = Number(http.statusCode ?? 200)
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!/^(content-length|transfer-encoding)$/i.test(name)) response.setHeader(name, value)
  }
  const cookies = (http.cookies ?? []).map(cookieText)
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies)
  const { body } = http
  const bytes = body?.bytes ? Buffer.from(body.bytes) : Buffer.from(body?.string ?? (body?.json ?? ''))
  response.end(bytes)
}

const valueOf = (one) => (one !== null && typeof one === 'object' && 'value' in one ? one.value : one)

function cookieText(cookie) {
  const parts = [`${cookie.name}=${cookie.value}`]
  const add = (name, value) => value !== undefined && value !== null && parts.push(`${name}=${value}`)
  add('Max-Age', valueOf(cookie.maxAge))
  const expires = valueOf(cookie.expires)
  if (expires) add('Expires', new Date(expires.seconds ? expires.seconds * 1000 : expires).toUTCString())
  add('Domain', valueOf(cookie.domain))
  add('Path', valueOf(cookie.path))
  if (valueOf(cookie.secure)) parts.push('Secure')
  if (valueOf(cookie.httpOnly)) parts.push('HttpOnly')
  const site = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' }[cookie.sameSite]
  add('SameSite', site)
  return parts.join('; ')
}

function notSent({ kinds }, outputs) {
  for (const [name, value] of Object.entries(outputs)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    process.stderr.write(`coldframe: output binding \`${name}\` (${kinds[name]}) got ${String(text).slice(0, 1000)}; nothing is sent\n`)
  }
}

serve(load, INVOCATION)
