import { randomUUID } from 'node:crypto'

const own = called.default?.default ?? called.default ?? called
const run = typeof own === 'function' ? own : (own.run ?? own.index ?? Object.values(own).find((one) => typeof one === 'function'))

const paramsOf = (path) => {
  const given = path.split('/').slice(1).map(decodeURIComponent)
  const named = @ROUTE@.split('/').slice(1).map((part) => /^\{(\*?)(\w+)/.exec(part))
  return Object.fromEntries(
    named.flatMap((part, at) => (part && given[at] ? [[part[2], part[1] ? given.slice(at).join('/') : given[at]]] : [])),
  )
}

const requestOf = ({ method, path, query, headers, body }) => {
  const url = `http://${headers.host ?? 'localhost'}${path}${query && `?${query}`}`
  const isBinary = /^(application\/octet-stream|multipart\/)/.test(headers['content-type'] ?? '')
  let parsed = body.length === 0 ? undefined : isBinary ? body : body.toString()
  try {
    if (typeof parsed === 'string') parsed = JSON.parse(parsed)
  } catch {
    // It is not JSON: the text is the body.
  }
  const get = (name) => headers[name.toLowerCase()]
  return {
    method, url, originalUrl: url, headers, query: Object.fromEntries(new URLSearchParams(query)), params: paramsOf(path), body: parsed,
    rawBody: body.length > 0 ? body.toString() : undefined, bufferBody: body, get, header: get, user: null,
  }
}

// `context.res.status(201).json(…)`, or its members.
class Answer {
  headers = {}
  #done
  constructor(done) {
    this.#done = done
  }
  status(code) {
    this.statusCode = code
    return this
  }
  header(name, value) {
    this.headers[name] = value
    return this
  }
  set(name, value) {
    return this.header(name, value)
  }
  setHeader(name, value) {
    return this.header(name, value)
  }
  type(kind) {
    return this.header('content-type', kind)
  }
  json(body) {
    this.headers['content-type'] ??= 'application/json'
    return this.send(body)
  }
  send(body) {
    if (body !== undefined) this.body = body
    this.#done()
    return this
  }
  end(body) {
    return this.send(body)
  }
  sendStatus(code) {
    return this.status(code).send()
  }
}

// Azure's (context, req): the answer is what the function returns, or leaves in context.res or its output binding.
const respond = async (request) => {
  const req = requestOf(request)
  const invocationId = randomUUID()
  const log = Object.assign((...args) => console.log(...args), { error: console.error, warn: console.warn, info: console.log, verbose: console.debug, metric() {} })
  const context = { invocationId, req, log, bindings: { [@TRIGGER@]: req }, bindingDefinitions: [], traceContext: {} }
  context.bindingData = { ...req.query, ...req.params, invocationId }
  context.executionContext = { invocationId, functionName: @NAME@, functionDirectory: process.cwd() }
  const isDone = new Promise((resolve, reject) => {
    context.done = (error, result) => (error ? reject(error) : resolve(result))
  })
  context.res = new Answer(() => context.done())
  const result = run(context, req)
  const returned = await (typeof result?.then === 'function' ? Promise.race([result, isDone]) : isDone)
  let answer = @OUTPUT@ === '$return' ? returned : (returned?.[@OUTPUT@] ?? context.bindings[@OUTPUT@])
  const { res } = context
  const isTouched = !(res instanceof Answer) || Object.keys(res).length > 1 || Object.keys(res.headers).length > 0
  answer ??= isTouched ? res : undefined
  if (answer === undefined || answer === null) return { status: 204, headers: [], body: '' }
  const isWhole = typeof answer === 'object' && ['body', 'status', 'statusCode', 'headers'].some((name) => name in answer)
  const { body, status, statusCode, headers } = isWhole ? answer : { body: answer }
  const isBytes = body instanceof Uint8Array
  const kind = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  const given = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))
  return {
    status: Number((typeof status === 'function' ? undefined : status) ?? statusCode ?? 200),
    headers: Object.entries(body === undefined || isBytes ? given : { 'content-type': kind, ...given }),
    body: isBytes || typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body),
  }
}
