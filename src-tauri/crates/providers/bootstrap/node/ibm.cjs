// An OpenWhisk action in Node behind its action proxy: `main(params)` takes an object and returns one, or a promise of one.
// What Coldframe runs is there from the start, so that its file keeps its name in stacks, and `/init` comes too late for
// it. A process that is told of no action waits for `/init` to bring one.
// https://github.com/apache/openwhisk/blob/master/docs/actions-new.md#action-interface
'use strict'

const path = require('path')

const { brought, mainOf, NoAction } = require('./ibm_action.cjs')
const { logError, serve, whole } = require('./serve.cjs')

const env = process.env
/** Where an activation ends in the streams of a process whose platform reads no further. */
const END = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n'
const DEVELOPER = 'action developer error'
const defaults = JSON.parse(env.__OW_DEFAULTS ?? '{}')

/** What a promise was refused with is a result of the action's own: an error in it by its own words. */
function refused(error) {
  if (error instanceof Error) logError(error)
  return { error: error ? plain(error, []) : {} }
}

/** As the package `serialize-error` has it, which the action proxy asks. */
function plain(value, above) {
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (typeof value.toJSON === 'function') return value.toJSON()
  if (above.includes(value)) return '[Circular]'
  if (Buffer.isBuffer(value)) return '[object Buffer]'
  const inside = (one) => plain(one, [...above, value])
  if (Array.isArray(value)) return value.map(inside)
  const own = Object.entries(value).filter(([, one]) => typeof one !== 'function')
  const told = ['name', 'message', 'stack', 'code', 'cause'].filter((name) => value[name] !== undefined)
  return Object.fromEntries([...own, ...told.map((name) => [name, value[name]])].map(([name, one]) => [name, inside(one)]))
}

/** Refuses as somebody who is not asked in time, and says so in the log. */
function untimely(error) {
  console.error('Internal system error:', error)
  return { status: 403, value: { error } }
}

/** An activation: what of the message is no parameter becomes the action's environment. */
async function run(main, { value, ...message }) {
  for (const [key, text] of Object.entries(message)) env[`__OW_${key.toUpperCase()}`] = String(text)
  let running
  try {
    running = main(Array.isArray(value) ? value : { ...defaults, ...value })
  } catch (error) {
    logError(error)
    // What is thrown at once is the developer's to OpenWhisk, even where it says what went wrong.
    return { status: 502, value: { error: `An error has occurred: ${error}` }, outcome: DEVELOPER }
  }
  const result = (await Promise.resolve(running).catch(refused)) ?? {}
  if (typeof result !== 'object') {
    return { status: 502, value: { error: 'The action did not return a dictionary or array.' }, outcome: DEVELOPER }
  }
  return { status: 200, value: result, outcome: 'error' in result ? 'application error' : undefined }
}

/** The proxy's two endpoints, of an action that is there or is waited for. */
function endpoints(main) {
  const end = () => {
    process.stdout.write(END)
    process.stderr.write(END)
  }
  // Coldframe reads to the end of what was written.
  const ended = main ? () => {} : end
  let failed = false
  const init = async ({ value }) => {
    if (main) return untimely('Cannot initialize the action more than once.')
    if (failed) return untimely('System not ready, status is stopped.')
    const whole = ['main', 'code'].every((name) => value?.[name] && typeof value[name] === 'string')
    if (!whole) return { status: 403, value: { error: 'Missing main/no code to execute.' } }
    try {
      main = await brought(value)
      return { status: 200, value: { OK: true } }
    } catch (error) {
      failed = true
      logError(error)
      end()
      const told = error instanceof NoAction ? error.message : (error?.stack ?? error)
      return { status: 502, value: { error: `Initialization has failed due to: ${told}` } }
    }
  }
  const activate = async (message) => {
    if (!main) return untimely('System not initialized.')
    const given = message.value ?? {}
    if (typeof given !== 'object') {
      return untimely(`Internal system error: the argument must be a dictionary but has type '${typeof given}'.`)
    }
    const answer = await run(main, message)
    ended()
    return answer
  }
  return { '/init': init, '/run': activate }
}

async function load() {
  const main = env.COLDFRAME_HANDLER && (await mainOf(path.resolve(env.COLDFRAME_HANDLER), env.COLDFRAME_MAIN))
  const all = endpoints(main)
  return whole(async (request, response, body) => {
    const { status, value, outcome } = await answered(all[request.url], body)
    response.statusCode = status
    response.setHeader('Content-Type', 'application/json')
    if (outcome) response.setHeader('coldframe-outcome', outcome)
    response.end(JSON.stringify(value))
  })
}

function answered(endpoint, body) {
  if (!endpoint) return { status: 404, value: { error: 'not found' } }
  let message
  try {
    message = JSON.parse(body)
  } catch {
    return { status: 500, value: { error: 'Bad request.' } }
  }
  return endpoint(message ?? {})
}

serve(load)
