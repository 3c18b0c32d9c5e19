import express from 'express'

// What clouds add to (req, res) is Express's: req.query, req.body, res.json and the others.
const listener = express()
  .use(express.json(), express.urlencoded({ extended: true }), express.text(), express.raw())
  .use(called)
