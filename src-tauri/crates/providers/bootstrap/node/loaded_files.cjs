// What a process tells of itself besides its answers: which of the project's files are in it, so that a save of another
// one need not restart it, and which hosts it has connected to.
'use strict'

const fs = require('fs')
const path = require('path')

const { moreConnected, watchConnections } = require('./connected.cjs')
const { loadedEsm } = require('./load_handler.cjs')

const env = process.env
const project = env.COLDFRAME_PROJECT && path.join(env.COLDFRAME_PROJECT, path.sep)
const seenByHooks = new Set()
let hooked = false
let reported = ''

function watch() {
  watchConnections()
  watchImports()
}

/** Only hooks see ES modules; older Nodes have none in this thread. */
function watchImports() {
  const { registerHooks } = require('module')
  if (!project || !registerHooks) return
  hooked = true
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) seenByHooks.add(require('url').fileURLToPath(url))
      return next(url, context)
    },
  })
}

/** A request that reports the project's files in this process, if there are more than last time and all are known. */
function loadedRequest(api) {
  if (!project || (loadedEsm() && !hooked)) return ''
  const all = hooked ? [...Object.keys(require.cache), ...seenByHooks] : Object.keys(require.cache)
  const files = [...new Set(all)].filter((file) => file.startsWith(project) && !file.includes('/node_modules/'))
  const list = JSON.stringify(files)
  if (list === reported) return ''
  if (!hooked && files.some((file) => /\.[cm]?[jt]s$/.test(file) && fs.readFileSync(file).includes('import('))) return ''
  reported = list
  return api.post('/coldframe/loaded', list)
}

let cached = 0

function moreLoaded(api) {
  const count = Object.keys(require.cache).length + seenByHooks.size
  if (count === cached) return ''
  cached = count
  return loadedRequest(api)
}

/** Requests that tell what is new; each has an answer. */
const news = (api) => [moreLoaded(api), moreConnected(api)].filter(Boolean)

module.exports = { news, watch }
