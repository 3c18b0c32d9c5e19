import { act, type Event } from '../lib/acts'

export async function GET(request: Request): Promise<Response> {
  const event: Event = Object.fromEntries(new URL(request.url).searchParams)
  return Response.json(await act(event))
}
