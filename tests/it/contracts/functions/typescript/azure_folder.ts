import { act, type Event } from './acts'

interface Context {
  res?: { headers: Record<string, string>; body: object }
}

export default async function (context: Context, req: { query: Event }): Promise<void> {
  context.res = { headers: { 'Content-Type': 'application/json' }, body: await act(req.query) }
}
