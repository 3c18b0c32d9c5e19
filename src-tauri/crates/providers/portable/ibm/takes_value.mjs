// An action answers with an object: any other value is the `body` of one.
export const main = async (params) => {
  const answer = await call(params)
  return answer !== null && typeof answer === 'object' ? answer : { body: answer }
}
