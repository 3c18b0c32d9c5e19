// Times every module of a function's init, when the emulator asks for it.
//
// `require` goes through `Module._load`, whoever asks; wrapped, it costs a call and two looks at the clock. The body of an
// ES module is timed by a call before its first statement and one after its last, which a loader's hook puts there; what
// it imports has run before. Finding, reading and linking ES modules happens for all of them at once, so it is no single
// module's.
'use strict'

const Module = require('module')
const path = require('path')
const { pathToFileURL } = require('url')

/** A function with more is told of by its first ones. */
const MOST = 5000
/** The runtime's own modules are part of whoever asks for them, unless they take this long. */
const WORTH_TELLING_MS = 0.05

const WATCH = Symbol.for('coldframe.imports')

class Watch {
  #modules = []
  /** What runs now: its module and the milliseconds of what it loads. */
  #stack = []
  #byUrl = new Map()
  #importers = new Map()
  #messages
  #leftOut = 0
  #began

  constructor() {
    this.#watchRequire()
    this.#watchImports()
    globalThis[WATCH] = this
    this.#began = performance.now()
  }

  #watchRequire() {
    const watch = this
    const load = Module._load
    const loadFile = Module.prototype.load
    Module._load = function (request, parent) {
      if (isOurs(request, parent)) return Reflect.apply(load, this, arguments)
      const frame = watch.#push({ name: request, file: null, parent: watch.#current(), own: 0, failed: false })
      const began = performance.now()
      let failed = true
      try {
        const loaded = Reflect.apply(load, this, arguments)
        failed = false
        return loaded
      } finally {
        watch.#pop(frame, performance.now() - began, failed)
      }
    }
    Module.prototype.load = function (filename) {
      const module = watch.#stack.at(-1)?.module
      if (module && module.file === null) module.file = filename
      return Reflect.apply(loadFile, this, arguments)
    }
  }

  /** Hooks run on a thread of their own. They tell who imports what; by the time it runs, they have. */
  #watchImports() {
    if (!Module.register) return
    const { port1, port2 } = new MessageChannel()
    this.#messages = port1
    port1.unref()
    Module.register('./imports_hooks.mjs', { parentURL: pathToFileURL(__filename), data: { port: port2 }, transferList: [port2] })
  }

  #current() {
    return this.#stack.at(-1)?.module ?? null
  }

  #push(module) {
    const frame = { module, nested: 0, at: this.#modules.length }
    this.#modules.push(module)
    this.#stack.push(frame)
    return frame
  }

  #pop(frame, took, failed) {
    this.#stack.splice(this.#stack.lastIndexOf(frame), 1)
    const { module } = frame
    const loaded = module.file !== null || failed
    const last = frame.at === this.#modules.length - 1
    if (!loaded && last && took < WORTH_TELLING_MS) {
      // It was there already.
      this.#modules.pop()
      return
    }
    module.own += Math.max(0, took - frame.nested)
    module.failed = failed
    const outer = this.#stack.at(-1)
    if (outer) outer.nested += took
  }

  /** The body of an ES module begins … */
  begin(url) {
    const frame = this.#push({ name: url, file: url, parent: null, own: 0, failed: true })
    this.#byUrl.set(url, { frame, began: performance.now() })
  }

  /** … and ends, maybe after waiting. */
  end(url) {
    const took = this.#byUrl.get(url)
    if (took) this.#pop(took.frame, performance.now() - took.began, false)
  }

  /** A request that tells what was measured. */
  request(api) {
    const took = performance.now() - this.#began
    for (let message; (message = this.#messages && require('worker_threads').receiveMessageOnPort(this.#messages)); ) {
      const { url, parent } = message.message
      if (!this.#importers.has(url)) this.#importers.set(url, parent)
    }
    // Bodies that are still open ended with what failed.
    const kept = this.#modules.slice(0, MOST)
    this.#leftOut = this.#modules.length - kept.length
    const urlOf = (module) => (module.file?.startsWith('file:') ? module.file : module.file && pathToFileURL(module.file).href)
    const places = new Map(kept.map((module, index) => [urlOf(module) ?? module, index]))
    const indexes = new Map(kept.map((module, index) => [module, index]))
    const modules = kept.map((module) => {
      const url = urlOf(module)
      const importer = module.parent ?? undefined
      const parent = importer ? indexes.get(importer) : places.get(this.#importers.get(url))
      const file = url ? require('url').fileURLToPath(url) : null
      return { name: nameOf(module.name, file), file, from: originOf(module.name, file), parent: parent ?? -1, own_ns: Math.round(module.own * 1e6), failed: module.failed }
    })
    return api.post('/coldframe/imports', JSON.stringify({ init_ns: Math.round(took * 1e6), left_out: this.#leftOut, modules }))
  }
}

/** What these bootstraps need for themselves is none of the function's imports, however long it takes. */
const isOurs = (request, parent) => isRuntimes(request) && parent?.filename?.startsWith(__dirname + path.sep) === true

const isRuntimes = (name) => Module.isBuiltin?.(name) ?? Module.builtinModules.includes(name)

function nameOf(name, file) {
  if (file === null) return isRuntimes(name) && !name.startsWith('node:') ? `node:${name}` : name
  if (path.basename(file) === INTEROP) return INTEROP
  const inside = file.split(`node_modules${path.sep}`)
  return inside.length > 1 ? inside.at(-1) : path.relative(process.cwd(), file)
}

/** What a TypeScript function's `import` becomes needs it; it is nobody's own. */
const INTEROP = 'coldframe-interop.cjs'

function originOf(name, file) {
  if (file === null) return isRuntimes(name) ? 'runtime' : 'installed'
  if (path.basename(file) === INTEROP) return 'runtime'
  return file.includes(`${path.sep}node_modules${path.sep}`) ? 'installed' : 'function'
}

module.exports = { Watch }
