const { app } = require('@azure/functions')
const { act } = require('./acts.cjs')

app.http('garden', {
  authLevel: 'anonymous',
  handler: async (request) => ({ jsonBody: await act(Object.fromEntries(request.query)) }),
})
