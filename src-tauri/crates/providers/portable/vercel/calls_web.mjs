// A module's own handlers are its default's, or, as `import` sees what a build made of it, its default's default's.
let own = called
for (let depth = 0; depth < 5 && own.default; depth++) own = own.default
const config = called.config ?? called.default?.config
const isEdge = typeof own === 'function' && /edge$/.test(config?.runtime)

const respond = async ({ method, path, query, headers, body }) => {
  const handle = own.fetch ? (request) => own.fetch(request) : isEdge ? own : own[method]
  if (!handle) return { status: 405, headers: [], body: Buffer.alloc(0) }
  const sent = { method, headers, body: ['GET', 'HEAD'].includes(method) ? undefined : body }
  const answer = await handle(new Request(`http://${headers.host ?? 'localhost'}${targetOf(path, query)}`, sent))
  return { status: answer.status, headers: [...answer.headers], body: Buffer.from(await answer.arrayBuffer()) }
}
