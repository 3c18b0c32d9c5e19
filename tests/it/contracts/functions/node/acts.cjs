// What every function of the table does, by its event's `do`. Files beside this one hand it each contract's events.
'use strict'

const { randomUUID } = require('crypto')
const { readdirSync, writeFileSync } = require('fs')

const version = 'one'
const instance = randomUUID()
let calls = 0

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

exports.act = async (event) => {
  calls += 1
  const said = { hello: event.name, version, instance, calls }
  switch (event.do) {
    case 'error':
      throw new Error('bad seed')
    case 'exit':
      process.exit(3)
    case 'sleep':
      await pause(60_000)
      break
    case 'log':
      console.log('a line of', event.name)
      break
    case 'env':
      said.env = process.env
      break
    case 'meet':
      await meet(event.at)
  }
  return said
}

/** Until two calls are here, whichever processes they are in. */
async function meet(folder) {
  writeFileSync(`${folder}/${randomUUID()}`, '')
  while (readdirSync(folder).length < 2) await pause(5)
}
