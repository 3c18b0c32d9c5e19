const { act } = require('./acts.cjs')

module.exports = async function (context, req) {
  context.res = { headers: { 'Content-Type': 'application/json' }, body: await act(req.query) }
}
