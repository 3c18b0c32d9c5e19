const respond = async ({ method, path, query, headers, body }) => {
  const owner = called[method] || called.fetch ? called : called.default
  const handle = owner[method] ?? ((request) => owner.fetch(request))
  const sent = { method, headers, body: ['GET', 'HEAD'].includes(method) ? undefined : body }
  const answer = await handle(new Request(`http://${headers.host ?? 'localhost'}${path}${query && `?${query}`}`, sent))
  const own = Object.fromEntries(answer.headers)
  return { status: answer.status, headers: own, body: Buffer.from(await answer.arrayBuffer()) }
}
