const respond = async (request) => {
  const event = JSON.parse(request.body.length > 0 ? request.body.toString() : '{}')
  const answer = (await call(event)) ?? null
  return { status: 200, headers: [['content-type', 'application/json']], body: JSON.stringify(answer) }
}
