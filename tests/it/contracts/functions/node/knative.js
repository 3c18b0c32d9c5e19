const { act } = require('./acts.cjs')

exports.handle = async (context) => act(context.query)
