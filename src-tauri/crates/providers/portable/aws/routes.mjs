const ROUTES = @ROUTES@

const variablesOf = (route, path) => {
  const [parts, sent, found] = [route.split('/'), path.split('/').map(decodeURIComponent), {}]
  for (const [at, part] of parts.entries()) {
    if (part.endsWith('+}') && at < sent.length) return { ...found, [part.slice(1, -2)]: sent.slice(at).join('/') }
    if (at >= sent.length || (!part.startsWith('{') && sent[at] !== part)) return undefined
    if (part.startsWith('{')) found[part.slice(1, -1)] = sent[at]
  }
  return parts.length === sent.length ? found : undefined
}

// The most specific route of its API that a request fits, and what its variables stand for.
const routeOf = (method, path) => {
  const kinds = (route, own) => route.split('/').map((part) => (part.endsWith('+}') ? '2' : part.startsWith('{') ? '1' : '0')).join('') + (own === 'ANY' ? '1' : '0')
  const fits = ROUTES.filter(([own]) => own === 'ANY' || own === method)
    .map(([own, route]) => [`${own} ${route}`, variablesOf(route, path), kinds(route, own)])
    .filter(([, found]) => found)
    .sort((one, other) => (one[2] < other[2] ? -1 : 1))
  return fits[0]?.slice(0, 2) ?? ['$default', {}]
}
