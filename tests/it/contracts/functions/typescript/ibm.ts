import { act, type Event } from './acts'

interface Parameters extends Event {
  __ce_method?: string
}

export async function main(params: Parameters): Promise<object> {
  const said = await act(params)
  return params.__ce_method ? { body: said, headers: { 'Content-Type': 'application/json' } } : said
}
