import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import { act, type Event } from './acts'

app.http('garden', {
  authLevel: 'anonymous',
  handler: async (request: HttpRequest): Promise<HttpResponseInit> => {
    const event: Event = Object.fromEntries(request.query)
    return { jsonBody: await act(event) }
  },
})
