// The members of Express's requests and responses that functions use.
'use strict'

const { STATUS_CODES } = require('http')

function query(search) {
  const values = {}
  for (const [name, value] of new URLSearchParams(search)) {
    const known = values[name]
    values[name] = known === undefined ? value : [].concat(known, value)
  }
  return values
}

/** Throws where a body is not what its content type says. */
function bodyOf(kind, raw) {
  if (raw.length === 0) return {}
  if (kind === 'application/json' || kind.endsWith('+json')) return JSON.parse(raw)
  if (kind === 'application/x-www-form-urlencoded') return query(raw.toString())
  return kind.startsWith('text/') ? raw.toString() : raw
}

const TYPES = { html: 'text/html', json: 'application/json', text: 'text/plain', txt: 'text/plain', xml: 'application/xml' }

const typed = (type) => (type.includes('/') ? type : (TYPES[type.replace(/^\./, '')] ?? type))

function dressed(req, res, raw) {
  const [path, search = ''] = req.url.split('?')
  const kind = (req.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase()
  const header = (name) => req.headers[name.toLowerCase()]
  Object.assign(req, {
    path, query: query(search), params: { 0: path.slice(1) }, originalUrl: req.url, rawBody: raw,
    protocol: header('x-forwarded-proto') ?? 'http', hostname: (header('host') ?? '').replace(/:\d+$/, ''),
    ip: (header('x-forwarded-for') ?? '127.0.0.1').split(',')[0].trim(),
    body: bodyOf(kind, raw), get: header, header,
    is: (wanted) => (kind === typed(wanted) ? wanted : false),
  })
  const set = (name, value) => {
    for (const [one, of] of typeof name === 'object' ? Object.entries(name) : [[name, value]]) res.setHeader(one, of)
    return res
  }
  const kindOr = (type) => {
    if (!res.getHeader('content-type')) res.setHeader('Content-Type', type)
  }
  Object.assign(res, {
    set, header: set, get: (name) => res.getHeader(name),
    append: (name, value) => set(name, [].concat(res.getHeader(name) ?? [], value)),
    type: (type) => set('Content-Type', typed(type)),
    contentType: (type) => set('Content-Type', typed(type)),
    status: (code) => {
      res.statusCode = code
      return res
    },
    sendStatus: (code) => res.status(code).send(STATUS_CODES[code] ?? String(code)),
    json: (value) => {
      kindOr('application/json; charset=utf-8')
      res.end(JSON.stringify(value))
      return res
    },
    redirect: (...to) => {
      const [code, url] = to.length > 1 ? to : [302, to[0]]
      res.status(code).set('Location', url).end()
    },
    cookie: (name, value) => res.append('Set-Cookie', `${name}=${encodeURIComponent(value)}; Path=/`),
    send: (body) => {
      if (Buffer.isBuffer(body)) kindOr('application/octet-stream')
      else if (typeof body === 'object' && body !== null) return res.json(body)
      else if (typeof body === 'string') kindOr('text/html; charset=utf-8')
      else if (body !== undefined && body !== null) return res.json(body)
      res.end(body ?? '')
      return res
    },
  })
  return { req, res }
}

module.exports = { dressed }
