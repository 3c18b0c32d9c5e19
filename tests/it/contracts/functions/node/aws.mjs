import { act } from './acts.cjs'

export const handler = async (event) => act(event)
