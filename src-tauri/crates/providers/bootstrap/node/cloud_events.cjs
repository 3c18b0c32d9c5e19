// CloudEvents 1.0 over HTTP, binary and structured, as plain objects of their attributes with `data`.
// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>
'use strict'

const REQUIRED = ['id', 'source', 'specversion', 'type']

const refused = (message) => Object.assign(new Error(message), { status: 400 })

const parsed = (body, kind) => {
  if (body.length === 0) return undefined
  if (!kind || kind.includes('json')) {
    try {
      return JSON.parse(body)
    } catch {
      throw refused('the data of the event is not JSON, as its content type says')
    }
  }
  return kind.startsWith('text/') ? body.toString() : body
}

function fromHttp(headers, body) {
  const kind = headers['content-type'] ?? ''
  let event
  if (kind.startsWith('application/cloudevents')) {
    try {
      event = JSON.parse(body)
    } catch {
      throw refused('the event is not JSON')
    }
    if (event?.data_base64 !== undefined) {
      event.data = Buffer.from(event.data_base64, 'base64')
      delete event.data_base64
    }
  } else {
    event = {}
    for (const [name, value] of Object.entries(headers)) {
      if (name.startsWith('ce-')) event[name.slice(3)] = decoded(value)
    }
    if (kind) event.datacontenttype = kind
    event.data = parsed(body, kind)
  }
  const missing = REQUIRED.filter((name) => !event?.[name])
  if (missing.length > 0) throw refused(`this is no CloudEvent: it misses ${missing.join(', ')}`)
  return event
}

function decoded(value) {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** Headers and body of an event sent as a response. */
function toBinary({ data, datacontenttype, ...attributes }) {
  const headers = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && typeof value !== 'object') headers[`ce-${name.toLowerCase()}`] = encodeURI(String(value))
  }
  const raw = Buffer.isBuffer(data) || (typeof data === 'string' && datacontenttype && !datacontenttype.includes('json'))
  headers['content-type'] = datacontenttype ?? (Buffer.isBuffer(data) ? 'application/octet-stream' : 'application/json')
  return { headers, body: raw ? data : data === undefined ? '' : JSON.stringify(data) }
}

module.exports = { fromHttp, refused, toBinary }
