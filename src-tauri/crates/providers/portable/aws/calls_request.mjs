import { randomUUID } from 'node:crypto'

// A request as the event of a function URL or an HTTP API (payload format 2.0); what it does not have is left out, as Lambda does.
const eventOf = ({ method, path, query, headers: { cookie = '', ...headers }, body }) => {
  const text = body.toString()
  const plain = /^(text\/|application\/(json|xml|javascript) *(;|$))/i.test(headers['content-type'] ?? '') && Buffer.from(text).equals(body)
  const cookies = cookie.split(';').map((one) => one.trim()).filter(Boolean)
  const fields = new URLSearchParams(query)
  const [route, variables] = routeOf(method, path)
  const now = new Date()
  const [, day, month, year, time] = now.toUTCString().split(' ')
  return {
    version: '2.0', routeKey: route, rawPath: path, rawQueryString: query, headers,
    ...(cookies.length > 0 && { cookies }),
    ...(Object.keys(variables).length > 0 && { pathParameters: variables }),
    ...(fields.size > 0 && { queryStringParameters: Object.fromEntries([...fields.keys()].map((name) => [name, fields.getAll(name).join(',')])) }),
    requestContext: {
      accountId: 'anonymous', apiId: 'function', domainName: headers.host ?? 'localhost', domainPrefix: 'function',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(), routeKey: route, stage: '$default',
      time: `${day}/${month}/${year}:${time} +0000`, timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: plain ? text : body.toString('base64') }), isBase64Encoded: body.length > 0 && !plain,
  }
}

// The answer that is meant.
const respond = async (request) => {
  const answer = await call(eventOf(request))
  if ((answer?.statusCode ?? null) === null) {
    return { status: 200, headers: [['content-type', 'application/json']], body: JSON.stringify(answer ?? null) }
  }
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded } = answer
  const given = Object.entries(headers ?? {}).filter(([, value]) => value !== null && value !== undefined)
  const lower = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)]))
  const said = typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body)
  return {
    status: Number(statusCode),
    headers: [...Object.entries({ 'content-type': 'application/json', ...lower }), ...(cookies ?? []).map((cookie) => ['set-cookie', cookie])],
    body: Buffer.from(said, isBase64Encoded ? 'base64' : 'utf8'),
  }
}
