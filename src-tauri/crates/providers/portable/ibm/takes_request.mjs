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
  const kind = (own['content-type'] ?? '').split(';')[0].trim().toLowerCase()
  const isJson = kind === 'application/json' || kind.endsWith('+json')
  if (isJson && bytes.length > 0) {
    try {
      JSON.parse(bytes.toString())
    } catch {
      // Code Engine refuses a body that is not what its type says.
      own['content-type'] = 'text/plain'
    }
  }
  // What Code Engine takes as text; everything else it takes in Base64.
  const isText = kind === '' || isJson || /^text\/|\+xml$|^application\/(xml|javascript|x-www-form-urlencoded)$/.test(kind)
  return { statusCode: status, headers: own, body: bytes.toString(isText ? 'utf8' : 'base64') }
}
