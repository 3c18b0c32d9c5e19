// Behind a function URL or an HTTP API.
export const handler = async (event) => {
  const { status, headers, body } = await respond({
    method: event.requestContext.http.method, path: event.rawPath, query: event.rawQueryString,
    headers: event.cookies ? { ...event.headers, cookie: event.cookies.join('; ') } : event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  })
  const answer = { statusCode: status, headers: {}, cookies: [], body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
  for (const [given, value] of headers) {
    const name = given.toLowerCase()
    if (name === 'set-cookie') answer.cookies.push(value)
    else answer.headers[name] = name in answer.headers ? `${answer.headers[name]}, ${value}` : value
  }
  return answer
}
