// What TypeScript's `import` and `export` become where the nearest package.json makes a file CommonJS.
'use strict'

const { pathToFileURL } = require('url')

/** A CommonJS module as `import` sees it: its own properties, and itself as `default`. */
function asNamespace(module) {
  if (module === null || (typeof module !== 'object' && typeof module !== 'function')) return { default: module }
  return new Proxy(module, {
    get: (target, key) => (key === 'default' && !('default' in target) ? target : Reflect.get(target, key)),
    has: (target, key) => key === 'default' || key in target,
  })
}

module.exports = (require, module) => {
  const exported = module.exports
  const namespace = (loaded) => (loaded?.__esModule ? loaded : asNamespace(loaded))
  return {
    __vite_ssr_import__(specifier, options) {
      const loaded = require(specifier)
      // Named imports need no wrapping, and are by far the most.
      if (loaded && options && !options.importedNames.includes('default')) return loaded
      return namespace(loaded)
    },
    __vite_ssr_exportAll__(loaded) {
      for (const key of Object.keys(loaded)) {
        if (key === 'default' || key in exported) continue
        Object.defineProperty(exported, key, { enumerable: true, configurable: true, get: () => loaded[key] })
      }
    },
    async __vite_ssr_dynamic_import__(specifier, options) {
      if (/^\.{0,2}\//.test(specifier)) return namespace(require(specifier))
      let resolved = specifier
      try {
        const file = require.resolve(specifier)
        if (file !== specifier) resolved = pathToFileURL(file).href
      } catch {
        // Only `import` can find it.
      }
      return import(resolved, options)
    },
    __vite_ssr_import_meta__: {
      url: pathToFileURL(module.filename).href,
      filename: module.filename,
      dirname: module.path,
      resolve: (specifier) => pathToFileURL(require.resolve(specifier)).href,
    },
  }
}

/** TypeScript's own decorators, for `experimentalDecorators`. */
globalThis.babelHelpers ??= {
  decorate(decorators, target, key, descriptor) {
    const count = arguments.length
    let result = count < 3 ? target : (descriptor ??= Object.getOwnPropertyDescriptor(target, key))
    if (typeof Reflect.decorate === 'function') return Reflect.decorate(decorators, target, key, descriptor)
    for (let i = decorators.length - 1; i >= 0; i--) {
      const decorate = decorators[i]
      result = (count < 3 ? decorate(result) : count > 3 ? decorate(target, key, result) : decorate(target, key)) || result
    }
    if (count > 3 && result) Object.defineProperty(target, key, result)
    return result
  },
  decorateMetadata: (key, value) => Reflect.metadata?.(key, value) ?? (() => {}),
  decorateParam: (index, decorator) => (target, key) => decorator(target, key, index),
}
