// Behind a function URL or an HTTP API.
export const handler = async (event) => {
  const { status, headers, body } = await respond({
    method: event.requestContext.http.method, path: event.rawPath, query: event.rawQueryString, headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  })
  return { statusCode: status, headers, body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
}
