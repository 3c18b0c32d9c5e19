const respond = async ({ method, query, headers, body }) => {
  const kind = headers['content-type'] ?? ''
  const text = body.length > 0 ? body.toString() : undefined
  const parsed = text !== undefined && kind.startsWith('application/json') ? JSON.parse(text) : text
  const fields = Object.fromEntries(new URLSearchParams(query))
  const answer = await called({ ...fields, query: fields, method, headers, body: parsed, contentType: kind, log: console }, parsed)
  if (!answer) return { status: 204, headers: { 'content-type': 'text/plain' }, body: '' }
  if (typeof answer === 'string') return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: answer }
  const said = answer.body !== undefined ? answer.body : answer
  return {
    status: answer.statusCode ?? 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...answer.headers },
    body: typeof said === 'string' || Buffer.isBuffer(said) ? said : JSON.stringify(said),
  }
}
