// What every function of the table does, by its event's `do`. Files beside this one hand it each contract's events.
import { randomUUID } from 'crypto'
import { readdirSync, writeFileSync } from 'fs'

export interface Event {
  do?: string
  name?: string
  at?: string
}

interface Said {
  hello?: string
  version: string
  instance: string
  calls: number
  env?: NodeJS.ProcessEnv
}

const version: string = 'one'
const instance: string = randomUUID()
let calls = 0

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function act(event: Event): Promise<Said> {
  calls += 1
  const said: Said = { hello: event.name, version, instance, calls }
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
      await meet(event.at as string)
  }
  return said
}

/** Until two calls are here, whichever processes they are in. */
async function meet(folder: string): Promise<void> {
  writeFileSync(`${folder}/${randomUUID()}`, '')
  while (readdirSync(folder).length < 2) await pause(5)
}
