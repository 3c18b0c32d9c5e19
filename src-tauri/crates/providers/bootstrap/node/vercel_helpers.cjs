// What Vercel adds to Node's requests and responses: `req.query`, `req.cookies`, `req.body`, `res.status`, `res.json`,
// `res.send`, `res.redirect`. https://vercel.com/docs/functions/runtimes/node-js#node.js-helpers
'use strict'

const { createHash } = require('crypto')
const querystring = require('querystring')
const { PassThrough } = require('stream')

/** Computed when it is asked for, and then what it was. */
function lazy(object, name, compute) {
  const kept = (value) => Object.defineProperty(object, name, { configurable: true, enumerable: true, writable: true, value })
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = compute()
      kept(value)
      return value
    },
    set: kept,
  })
}

function queryOf(url) {
  const query = {}
  for (const [name, value] of new URL(url, 'http://localhost').searchParams) {
    query[name] = query[name] === undefined ? value : [].concat(query[name], value)
  }
  return query
}

function cookiesOf(header) {
  const cookies = {}
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const name = pair.slice(0, equals).trim()
    if (name in cookies) continue
    const value = pair.slice(equals + 1).trim().replace(/^"(.*)"$/, '$1')
    try {
      cookies[name] = decodeURIComponent(value)
    } catch {
      cookies[name] = value
    }
  }
  return cookies
}

function bodyOf(raw, header) {
  const type = header.split(';')[0].trim().toLowerCase()
  if (type === 'application/json') {
    const text = raw.toString()
    try {
      return text ? JSON.parse(text) : {}
    } catch {
      throw Object.assign(new Error('Invalid JSON'), { statusCode: 400, isBadRequest: true })
    }
  }
  if (type === 'application/octet-stream') return raw
  if (type === 'application/x-www-form-urlencoded') return querystring.parse(raw.toString())
  return type === 'text/plain' ? raw.toString() : undefined
}

function read(request) {
  return new Promise((resolve, reject) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks))).on('error', reject)
  })
}

/** What was read can be read once more. */
function restore(request, body) {
  const again = new PassThrough()
  const own = request.on.bind(request)
  request.read = again.read.bind(again)
  request.pipe = again.pipe.bind(again)
  request[Symbol.asyncIterator] = again[Symbol.asyncIterator].bind(again)
  request.on = request.addListener = (name, listener) => {
    if (name === 'data' || name === 'end') again.on(name, listener)
    else own(name, listener)
    return request
  }
  again.end(body)
}

const etag = (body) => `W/"${body.length.toString(16)}-${createHash('sha1').update(body).digest('base64').slice(0, 27)}"`

function send(req, res, body) {
  let kind
  if (body === null) body = ''
  if (typeof body === 'string') kind = 'text/html'
  else if (Buffer.isBuffer(body)) kind = 'application/octet-stream'
  else if (typeof body === 'object' || typeof body === 'boolean' || typeof body === 'number') return json(req, res, body)
  else if (body !== undefined) throw new Error('`body` is not a valid string, object, boolean, number, Stream, or Buffer')
  if (kind && body !== '' && !res.getHeader('content-type')) res.setHeader('content-type', kind)
  if (typeof body === 'string') {
    const type = res.getHeader('content-type')
    if (typeof type === 'string') res.setHeader('content-type', `${type.replace(/\s*;\s*charset=[^;]*/i, '')}; charset=utf-8`)
    body = Buffer.from(body)
  }
  if (body !== undefined) {
    res.setHeader('content-length', body.length)
    if (!res.getHeader('etag')) res.setHeader('etag', etag(body))
  }
  if (res.statusCode === 204 || res.statusCode === 304) {
    for (const name of ['content-type', 'content-length', 'transfer-encoding']) res.removeHeader(name)
    body = ''
  }
  res.end(req.method === 'HEAD' ? undefined : body)
  return res
}

function json(req, res, value) {
  if (!res.getHeader('content-type')) res.setHeader('content-type', 'application/json; charset=utf-8')
  return send(req, res, JSON.stringify(value))
}

function redirect(res, status, url) {
  if (typeof status === 'string') [status, url] = [307, status]
  if (typeof status !== 'number' || typeof url !== 'string') {
    throw new Error(
      "Invalid redirect arguments. Please use a single argument URL, e.g. res.redirect('/destination') or use a status code and URL, e.g. res.redirect(307, '/destination').",
    )
  }
  res.writeHead(status, { Location: url }).end()
  return res
}

async function addHelpers(req, res) {
  lazy(req, 'cookies', () => cookiesOf(req.headers.cookie))
  lazy(req, 'query', () => queryOf(req.url))
  const kind = req.headers['content-type']
  let body = Buffer.alloc(0)
  // As on Vercel: without a type there is no body to parse, and the stream is left as it is.
  if (kind !== undefined) {
    body = await read(req)
    restore(req, body)
  }
  lazy(req, 'body', () => bodyOf(body, kind ?? 'text/plain'))
  res.status = (code) => {
    res.statusCode = code
    return res
  }
  res.send = (value) => send(req, res, value)
  res.json = (value) => json(req, res, value)
  res.redirect = (status, url) => redirect(res, status, url)
}

module.exports = { addHelpers }
