import { act, type Event } from './acts'

export const handler = async (event: Event) => act(event)
