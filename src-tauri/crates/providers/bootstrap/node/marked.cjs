// Says of every line that a call writes which call wrote it, where a process has many calls at a time: the emulator
// takes the mark off again (`engine/src/instance/mark.rs`).
'use strict'

const { AsyncLocalStorage } = require('async_hooks')

const calls = new AsyncLocalStorage()
const streams = new Set()

/** Runs what belongs to the call of that id; lines it writes are marked from now on. */
function within(id, act) {
  for (const stream of [process.stdout, process.stderr]) if (!streams.has(stream)) mark(stream)
  return calls.run(id, act)
}

function mark(stream) {
  streams.add(stream)
  const write = stream.write
  /** Whose line has no end yet. */
  let open
  stream.write = function (chunk, ...rest) {
    const id = calls.getStore()
    // Bytes that are no text, or not yet a whole letter, pass as they are.
    const encoding = typeof rest[0] === 'string' ? rest.shift() : 'utf8'
    const text = Buffer.from(chunk, encoding).toString('latin1')
    if (text === '') return write.call(this, chunk, ...rest)
    const tag = id ? `\x1ecoldframe:${id}\x1f` : ''
    const other = open !== undefined && open.id !== id
    const start = `${other ? '\n' : ''}${open === undefined || other ? tag : ''}`
    open = text.endsWith('\n') ? undefined : { id }
    return write.call(this, start + text.replace(/\n(?!$)/g, `\n${tag}`), 'latin1', ...rest)
  }
}

const current = () => calls.getStore()

module.exports = { current, within }
