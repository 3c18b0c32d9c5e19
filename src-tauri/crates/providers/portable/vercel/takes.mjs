export default {
  async fetch(request) {
    const { pathname, search } = new URL(request.url)
    const received = Object.fromEntries(request.headers)
    const body = Buffer.from(await request.arrayBuffer())
    const answer = await respond({ method: request.method, path: pathname, query: search.slice(1), headers: received, body })
    const empty = [101, 204, 205, 304].includes(answer.status)
    return new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers })
  },
}
