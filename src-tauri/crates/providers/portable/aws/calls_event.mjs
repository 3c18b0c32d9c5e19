// Of Lambda's context what every cloud can tell.
const context = () => ({ functionName: @NAME@, awsRequestId: globalThis.crypto.randomUUID() })

const call = (event) => {
  if (called.length < 3) return called(event, context())
  return new Promise((resolve, reject) => {
    called(event, context(), (error, answer) => (error ? reject(error) : resolve(answer)))
  })
}
