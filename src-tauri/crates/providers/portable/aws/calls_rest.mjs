import { randomUUID } from 'node:crypto'

const STAGE = @STAGE@

const isBinary = (media) => STAGE.binary.some((own) => own === '*/*' || own.toLowerCase() === media || (own.endsWith('/*') && media.startsWith(own.slice(0, -1).toLowerCase())))
const mediaOf = (header = '') => header.split(/[,;]/)[0].trim().toLowerCase()
const last = (values) => (Object.keys(values).length > 0 ? Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)])) : null)

// A request as a REST API's event (payload format 1.0); what it does not have is null.
const eventOf = ({ method, path, query, headers, body }) => {
  const [route, variables] = routeOf(method, path)
  const resource = route.includes(' ') ? route.slice(route.indexOf(' ') + 1) : path
  const title = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [title(name), [String(value)]]))
  const fields = new URLSearchParams(query)
  const asked = Object.fromEntries([...fields.keys()].map((name) => [name, fields.getAll(name)]))
  const isEncoded = body.length > 0 && isBinary(mediaOf(headers['content-type']) || 'application/json')
  const now = new Date()
  const [, day, month, year, time] = now.toUTCString().split(' ')
  const host = headers.host ?? 'localhost'
  const nobody = {
    accessKey: null, accountId: null, caller: null, cognitoAuthenticationProvider: null, cognitoAuthenticationType: null,
    cognitoIdentityId: null, cognitoIdentityPoolId: null, principalOrgId: null, user: null, userArn: null,
  }
  return {
    resource, path, httpMethod: method,
    headers: last(given), multiValueHeaders: last(given) && given,
    queryStringParameters: last(asked), multiValueQueryStringParameters: last(asked) && asked,
    pathParameters: Object.keys(variables).length > 0 ? variables : null,
    stageVariables: Object.keys(STAGE.variables).length > 0 ? STAGE.variables : null,
    requestContext: {
      accountId: '000000000000', apiId: 'elsewhere', deploymentId: 'elsewhere', domainName: host, domainPrefix: host.split('.')[0],
      extendedRequestId: `${randomUUID().replaceAll('-', '').slice(0, 15)}=`, httpMethod: method,
      identity: { ...nobody, sourceIp: '127.0.0.1', userAgent: headers['user-agent'] ?? '' },
      path: `/${STAGE.name}${path}`, protocol: 'HTTP/1.1', requestId: randomUUID(),
      requestTime: `${day}/${month}/${year}:${time} +0000`, requestTimeEpoch: now.getTime(),
      resourceId: 'elsewh', resourcePath: resource, stage: STAGE.name,
    },
    body: body.length > 0 ? body.toString(isEncoded ? 'base64' : 'utf8') : null, isBase64Encoded: isEncoded,
  }
}

// The answer that is meant.
const respond = async (request) => {
  const answer = await call(eventOf(request))
  const allowed = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']
  if (answer === null || typeof answer !== 'object' || !Object.keys(answer).every((name) => allowed.includes(name))) {
    return { status: 502, headers: [['content-type', 'application/json']], body: '{"message":"Internal server error"}' }
  }
  const pairs = [...Object.entries(answer.multiValueHeaders ?? {}).flatMap(([name, all]) => all.map((one) => [name, one])), ...Object.entries(answer.headers ?? {})]
  const headers = []
  for (const [given, value] of pairs) {
    const name = given.toLowerCase()
    const isKnown = headers.some(([own, known]) => own === name && known === String(value))
    if (value !== null && value !== undefined && !isKnown) headers.push([name, String(value)])
  }
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', 'application/json'])
  const isEncoded = answer.isBase64Encoded && isBinary(mediaOf(request.headers.accept))
  return { status: Number(answer.statusCode ?? 200), headers, body: Buffer.from(answer.body ?? '', isEncoded ? 'base64' : 'utf8') }
}
