// Lambda's context, as far as it can be told anywhere: identity and clientContext come with Lambda's own clients.
const context = () => {
  const ends = Date.now() + @SECONDS@ * 1000
  return {
    functionName: @NAME@, functionVersion: '$LATEST', invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${@NAME@}`,
    memoryLimitInMB: String(@MEMORY@), awsRequestId: globalThis.crypto.randomUUID(), callbackWaitsForEmptyEventLoop: true,
    logGroupName: `/aws/lambda/${@NAME@}`, logStreamName: 'elsewhere', identity: undefined, clientContext: undefined,
    getRemainingTimeInMillis: () => Math.max(0, ends - Date.now()),
  }
}

const call = (event) => {
  if (called.length < 3) return called(event, context())
  return new Promise((resolve, reject) => {
    called(event, context(), (error, answer) => (error ? reject(error) : resolve(answer)))
  })
}
