// Runs on the loader's thread: tells who imports what, and puts a call before and after the body of every ES module.

let port

export function initialize(data) {
  port = data.port
}

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context)
  port.postMessage({ url: resolved.url, parent: context.parentURL ?? null })
  return resolved
}

export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (loaded.format !== 'module' || !loaded.source || !url.startsWith('file:')) return loaded
  const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
  const watch = `globalThis[Symbol.for('coldframe.imports')]`
  const begin = `${watch}.begin(${JSON.stringify(url)});`
  // On the first line, so that the others keep their numbers; a `#!` must stay the first of all.
  const source = text.startsWith('#!') ? text.replace(/\n|$/, `\n${begin}`) : begin + text
  return { ...loaded, source: `${source}\n;${watch}.end(${JSON.stringify(url)})` }
}
