// A request as a function URL's event (payload format 2.0), and the answer that is meant.
const respond = async ({ method, path, query, headers, body }) => {
  const text = body.toString()
  const plain = /^(text\/|application\/(json|xml|javascript) *(;|$))/i.test(headers['content-type'] ?? '') && Buffer.from(text).equals(body)
  const answer = await call({
    version: '2.0', routeKey: '$default', rawPath: path, rawQueryString: query, headers,
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    requestContext: { stage: '$default', http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
    body: body.length > 0 ? (plain ? text : body.toString('base64')) : undefined, isBase64Encoded: body.length > 0 && !plain,
  })
  if (answer?.statusCode === undefined) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer ?? null) }
  }
  const lower = Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])
  return {
    status: Number(answer.statusCode),
    headers: { 'content-type': 'application/json', ...Object.fromEntries(lower) },
    body: Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'),
  }
}
