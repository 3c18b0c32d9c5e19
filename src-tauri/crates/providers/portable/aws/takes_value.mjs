export const handler = (event) => call(event)
