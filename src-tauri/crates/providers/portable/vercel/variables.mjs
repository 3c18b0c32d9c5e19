// As on Vercel, what the variables of its route stand for in the path goes to the query.
const targetOf = (path, query) => {
  const [parts, sent] = [@ROUTE@.split('/'), path.split('/')]
  const found = parts.length === sent.length ? parts.flatMap((part, at) => (/^\[.*\]$/.test(part) ? [`${part.slice(1, -1)}=${sent[at]}`] : [])) : []
  const whole = [query, ...found].filter(Boolean).join('&')
  return whole ? `${path}?${whole}` : path
}
