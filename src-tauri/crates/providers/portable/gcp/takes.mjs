export const main = async (req, res) => {
  const [path, query = ''] = req.url.split('?')
  const body = req.rawBody ?? Buffer.alloc(0)
  const answer = await respond({ method: req.method, path, query, headers: req.headers, body })
  res.writeHead(answer.status, answer.headers).end(answer.body)
}
