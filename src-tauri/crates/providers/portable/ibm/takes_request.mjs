// As a Code Engine function is called over HTTP.
export const main = async (params) => {
  const received = Object.fromEntries(Object.entries(params.__ce_headers).map(([name, value]) => [name.toLowerCase(), value]))
  const plain = /^(text\/|application\/x-www-form-urlencoded)/.test(received['content-type'] ?? '')
  const { status, headers, body } = await respond({
    method: params.__ce_method, path: params.__ce_path, query: params.__ce_query, headers: received,
    body: Buffer.from(params.__ce_body ?? '', plain ? 'utf8' : 'base64'),
  })
  const bytes = Buffer.from(body)
  // A name with several values has a list of them.
  const own = {}
  for (const [given, value] of headers) {
    const name = given.toLowerCase()
    own[name] = name in own ? [own[name], value].flat() : value
  }
  const answer = { statusCode: status, headers: own }
  if (own['content-type']?.startsWith('application/json') && bytes.length > 0) {
    try {
      return { ...answer, body: JSON.parse(bytes.toString()) }
    } catch {
      // Code Engine refuses a body that is not what its type says.
      own['content-type'] = 'text/plain'
    }
  }
  const kind = own['content-type'] ?? ''
  return { ...answer, body: bytes.toString(kind === '' || kind.startsWith('text/') ? 'utf8' : 'base64') }
}
