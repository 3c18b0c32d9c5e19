export const main = async (req, res) => {
  const [path, query = ''] = req.url.split('?')
  const body = req.rawBody ?? Buffer.alloc(0)
  const answer = await respond({ method: req.method, path, query, headers: req.headers, body })
  res.statusCode = answer.status
  for (const name of new Set(answer.headers.map(([name]) => name.toLowerCase()))) res.removeHeader(name)
  for (const [name, value] of answer.headers) res.appendHeader(name, value)
  res.end(answer.body)
}
