import { act, type Event } from './acts'

export const handle = async (context: { query: Event }): Promise<object> => act(context.query)
