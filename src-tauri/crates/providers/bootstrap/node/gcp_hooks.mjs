// Runs on the loader's thread, in versions of Node without hooks on the main one: where `import` finds our stand-in.

let from, to

export function initialize(data) {
  ;({ from, to } = data)
}

export const resolve = (specifier, context, next) =>
  specifier === from ? { url: to, format: 'module', shortCircuit: true } : next(specifier, context)
