export const handler = async (event) => call(event)
