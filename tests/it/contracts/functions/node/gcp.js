const functions = require('@google-cloud/functions-framework')
const { act } = require('./acts.cjs')

functions.http('garden', async (req, res) => {
  res.json(await act(req.query))
})
