// Which its own runtime lets everybody call.
const cors = { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH' }

const respond = async ({ method, query, headers, body }) => {
  const kind = headers['content-type'] ?? ''
  const text = body.length > 0 ? body.toString() : undefined
  const parsed = text !== undefined && kind.startsWith('application/json') ? JSON.parse(text) : text
  const fields = Object.fromEntries(new URLSearchParams(query))
  const answer = await called({ ...fields, query: fields, method, headers, body: parsed, contentType: kind, log: console }, parsed)
  if (!answer) return { status: 204, headers: Object.entries({ ...cors, 'content-type': 'text/plain' }), body: '' }
  if (typeof answer === 'string') return { status: 200, headers: Object.entries({ ...cors, 'content-type': 'text/plain; charset=utf-8' }), body: answer }
  const said = answer.body !== undefined ? answer.body : answer
  return {
    status: answer.statusCode ?? 200,
    headers: Object.entries({ ...cors, 'content-type': 'application/json; charset=utf-8', ...answer.headers }).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
    body: typeof said === 'string' || Buffer.isBuffer(said) ? said : JSON.stringify(said),
  }
}
