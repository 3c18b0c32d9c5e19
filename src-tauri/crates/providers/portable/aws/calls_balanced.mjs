// A request as an Application Load Balancer's event.
const eventOf = ({ method, path, query, headers, body }) => {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [String(value)]]))
  const asked = {}
  // As they were sent: a load balancer decodes nothing.
  for (const pair of query.split('&').filter(Boolean)) {
    const [name, ...value] = pair.split('=')
    asked[name] = [...(asked[name] ?? []), value.join('=')]
  }
  const isText = /^(text\/|application\/(json|xml|javascript) *(;|$))/i.test(headers['content-type'] ?? '')
  const isEncoded = body.length > 0 && (!isText || 'content-encoding' in headers)
  const last = (values) => Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)]))
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/elsewhere/0' } },
    httpMethod: method, path,
    ...(allValues ? { multiValueQueryStringParameters: asked, multiValueHeaders: given } : { queryStringParameters: last(asked), headers: last(given) }),
    body: body.toString(isEncoded ? 'base64' : 'utf8'), isBase64Encoded: isEncoded,
  }
}

// The answer that is meant.
const respond = async (request) => {
  const answer = await call(eventOf(request))
  if (answer?.statusCode === undefined) return { status: 502, headers: [['content-type', 'text/html']], body: '502 Bad Gateway' }
  const pairs = allValues ? Object.entries(answer.multiValueHeaders ?? {}).flatMap(([name, all]) => all.map((one) => [name, one])) : Object.entries(answer.headers ?? {})
  const headers = pairs.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name.toLowerCase(), String(value)])
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', 'application/octet-stream'])
  return { status: Number(answer.statusCode), headers, body: Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8') }
}
