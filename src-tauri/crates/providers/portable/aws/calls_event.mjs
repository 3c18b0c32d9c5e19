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

// It answers by what it returns, by its third parameter, or by its context.
const call = (event) => new Promise((resolve, reject) => {
  const done = (error, answer) => (error ? reject(error) : resolve(answer))
  const answer = called(event, { ...context(), done, succeed: resolve, fail: reject }, done)
  const isLater = called.length > 2 || /\.(succeed|fail|done)\b/.test(called)
  if (typeof answer?.then === 'function') answer.then(resolve, reject)
  else if (!isLater) resolve(answer)
})
