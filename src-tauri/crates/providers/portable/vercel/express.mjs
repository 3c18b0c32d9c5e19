import express from 'express'

// What clouds add to (req, res) is Express's: req.query, req.body, res.json and the others. How much may be sent is the
// cloud's to say.
const limit = Infinity
const listener = express()
  .use(express.json({ limit, strict: false }), express.urlencoded({ limit, extended: true }), express.text({ limit }), express.raw({ limit }))
  .use((error, req, res, next) => {
    failure = new Error(`Express could not read the body: ${error.message}`)
    res.destroy()
  })
  .use(called)
