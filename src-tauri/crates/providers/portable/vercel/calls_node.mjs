import http from 'node:http'

// A handler of (req, res) answers requests of a server: one of its own, that only this program reaches.
let failure
const listening = new Promise((resolve) => {
  const answered = async (req, res) => {
    try {
      await listener(req, res)
    } catch (error) {
      failure = error
      res.destroy()
    }
  }
  const server = http.createServer(answered).listen(0, '127.0.0.1', () => resolve(server.address().port))
  server.unref()
})

const respond = async ({ method, path, query, headers, body }) => {
  const options = { host: '127.0.0.1', port: await listening, method, path: targetOf(path, query), headers: { ...headers } }
  delete options.headers['transfer-encoding']
  options.headers['content-length'] = body.length
  const answer = await new Promise((resolve, reject) => {
    http.request(options, resolve).on('error', (error) => reject(failure ?? error)).end(body)
  })
  const chunks = []
  for await (const chunk of answer) chunks.push(chunk)
  const framing = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']
  const own = Object.entries(answer.headersDistinct).flatMap(([name, values]) => (framing.includes(name) ? [] : values.map((value) => [name, value])))
  return { status: answer.statusCode, headers: own, body: Buffer.concat(chunks) }
}
