import { app } from '@azure/functions'

app.http('on_azure', {
  methods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: async (request) => {
    const { pathname, search } = new URL(request.url)
    const received = Object.fromEntries(request.headers)
    const body = Buffer.from(await request.arrayBuffer())
    return respond({ method: request.method, path: pathname, query: search.slice(1), headers: received, body })
  },
})
