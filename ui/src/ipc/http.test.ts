import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HttpTransport, readLines } from './http';
import { CallError, type Link } from './transport';

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetched);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  fetched.mockReset();
});

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

function stream(...chunks: string[]): { body: ReadableStream<Uint8Array>; end: () => void } {
  let end: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      end = () => controller.close();
    },
  });
  return { body, end };
}

test('a call posts its request with the token in a header', async () => {
  fetched.mockResolvedValue(json([{ id: 1 }]));
  await expect(new HttpTransport('secret').call('functions', {})).resolves.toEqual([{ id: 1 }]);
  const [path, init] = fetched.mock.calls[0] ?? [];
  expect(path).toBe('/rpc/functions');
  expect(init).toMatchObject({ method: 'POST', body: '{}', headers: { authorization: 'Bearer secret' } });
});

test("the host's own error arrives with its code and hint", async () => {
  fetched.mockResolvedValue(json({ code: 'conflict', message: 'app.py was changed on disk', hint: 'reload it' }, 409));
  const failed = new HttpTransport(null).call('save_file', { function: 1, path: 'app.py', text: '', base_hash: 'x' });
  await expect(failed).rejects.toMatchObject({ code: 'conflict', message: 'app.py was changed on disk', hint: 'reload it' });
});

test('a refused token and an absent host are told apart', async () => {
  fetched.mockResolvedValueOnce(json({}, 401));
  await expect(new HttpTransport('old').call('hello', {})).rejects.toMatchObject({ code: 'unauthorised' });
  fetched.mockRejectedValueOnce(new TypeError('fetch failed'));
  await expect(new HttpTransport('old').call('hello', {})).rejects.toMatchObject({ code: 'unreachable' });
});

test('an answer that is not JSON is an error, not undefined', async () => {
  fetched.mockResolvedValue(new Response('<html>', { status: 200 }));
  await expect(new HttpTransport(null).call('hello', {})).rejects.toBeInstanceOf(CallError);
});

test('lines are put together across chunks, and empty ones (keep-alives) skipped', async () => {
  const { body, end } = stream('{"a":', '1}\n\n{"a":2}\n{"a"', ':3}\n');
  end();
  const lines: string[] = [];
  await readLines(body, (line) => lines.push(line));
  expect(lines).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
});

test('the live channel comes back after it was lost, and backs off while it cannot', async () => {
  const first = stream('{"skipped_logs":1}\n');
  fetched.mockResolvedValueOnce(new Response(first.body)).mockRejectedValueOnce(new TypeError('refused')).mockResolvedValueOnce(new Response(stream('{"skipped_logs":2}\n').body));
  const links: Link['phase'][] = [];
  const batches: number[] = [];
  const subscription = new HttpTransport('t').listen({ batch: (batch) => batches.push(batch.skipped_logs), link: (link) => links.push(link.phase) });

  await vi.advanceTimersByTimeAsync(0);
  expect(batches).toEqual([1]);
  first.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(links).toEqual(['connecting', 'live', 'lost']);
  await vi.advanceTimersByTimeAsync(250);
  expect(fetched, 'a second attempt after the first step').toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(499);
  expect(fetched, 'the second wait is longer').toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(batches).toEqual([1, 2]);
  expect(links.at(-1)).toBe('live');
  subscription.stop();
});

test('a refused token is not tried again by itself, only when asked', async () => {
  fetched.mockImplementation(() => Promise.resolve(json({}, 401)));
  const links: Link['phase'][] = [];
  const subscription = new HttpTransport('old').listen({ batch: () => undefined, link: (link) => links.push(link.phase) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(links.at(-1)).toBe('refused');
  subscription.retry();
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toHaveBeenCalledTimes(2);
  subscription.stop();
});

test('a connection that falls silent is given up and made again', async () => {
  fetched.mockImplementation(() => Promise.resolve(new Response(stream('\n').body)));
  const links: Link['phase'][] = [];
  const subscription = new HttpTransport('t').listen({ batch: () => undefined, link: (link) => links.push(link.phase) });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(links.at(-1)).toBe('live');
  await vi.advanceTimersByTimeAsync(1500);
  expect(links.slice(0, 3)).toEqual(['connecting', 'live', 'lost']);
  expect(fetched).toHaveBeenCalledTimes(2);
  subscription.stop();
});
