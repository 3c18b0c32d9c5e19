const { act } = require('./acts.cjs')

exports.main = async (params) => {
  const said = await act(params)
  return params.__ce_method ? { body: said, headers: { 'Content-Type': 'application/json' } } : said
}
