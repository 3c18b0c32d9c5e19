import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MockTransport } from '$ipc/mock';
import type { CommandName, Invocation, Request, Transport } from '$ipc';
import { Host } from './host.svelte';
import { InvocationList, mergeNewest } from './invocations.svelte';
import { RecentCalls } from './recent';
import { Workspace } from './workspace';

const row = (id: number, more: Partial<Invocation> = {}): Invocation => ({ id, function_id: 1, status: 'ok', ...more }) as Invocation;
const ids = (rows: readonly Invocation[]): number[] => rows.map(({ id }) => id);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('new rows come on top, a finished one replaces the answered one', () => {
  const merged = mergeNewest([row(3, { status: 'running' }), row(2)], [row(3), row(4), row(5)]);
  expect(ids(merged)).toEqual([5, 4, 3, 2]);
  expect(merged[2]?.status).toBe('ok');
});

test('a row that comes late finds its place', () => {
  expect(ids(mergeNewest([row(9), row(5)], [row(7), row(10)]))).toEqual([10, 9, 7, 5]);
});

test('a list takes only its own from the channel, and pages downwards without a gap', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  const list = new InvocationList(host, { function: 2, status: null }, 20);
  const stop = list.attach();
  await vi.advanceTimersByTimeAsync(1);
  expect(list.rows).toHaveLength(20);
  expect(list.more).toBe(true);

  transport.send({ invocations: [row(99_001, { function_id: 2 }), row(99_002, { function_id: 1 })] });
  expect(ids(list.rows)[0]).toBe(99_001);
  expect(list.rows.every((one) => one.function_id === 2)).toBe(true);

  await list.older();
  await list.older();
  const all = ids(list.rows);
  expect(all).toEqual([...all].sort((a, b) => b - a));
  expect(new Set(all).size, 'no row twice').toBe(all.length);
  expect(all).toHaveLength(61);
  stop();
});

test('a question that takes for ever does not hold up the next one, and is given up', async () => {
  const transport = new MockTransport('full', false);
  const answer = transport.call.bind(transport);
  let stuck: AbortSignal | undefined;
  const asked = (name: CommandName, request: Request<CommandName>, signal?: AbortSignal): Promise<unknown> => {
    if (!('search' in request) || request.search !== 'x') return answer(name, request);
    stuck = signal;
    return new Promise(() => undefined);
  };
  vi.spyOn(transport, 'call').mockImplementation(asked as Transport['call']);
  const host = new Host(transport);
  host.start();
  const list = new InvocationList(host, { function: 2, status: null, search: 'x' }, 20);
  const stop = list.attach();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(list.loading).toBe(true);
  expect(stuck?.aborted).toBe(false);
  list.want({ function: 2, status: null, search: null });
  await vi.advanceTimersByTimeAsync(10);
  expect(list.loading).toBe(false);
  expect(list.rows).toHaveLength(20);
  expect(stuck?.aborted).toBe(true);
  stop();
});

test('a link to an old call holds it among its neighbours, and the newest are a page away', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  const every = ids(await all(transport));
  const list = new InvocationList(host, { function: null, status: null }, 20);
  const stop = list.attach();
  const old = every[300] as number;
  void list.reveal(old);
  await vi.advanceTimersByTimeAsync(1);
  expect(ids(list.rows)).toEqual(every.slice(280, 321));
  expect([list.newer, list.more]).toEqual([true, true]);

  transport.send({ invocations: [row(99_001)] });
  expect(ids(list.rows)[0], 'what comes waits in the record').toBe(every[280]);
  await list.younger();
  expect(ids(list.rows)).toEqual(every.slice(260, 321));
  list.latest();
  await vi.advanceTimersByTimeAsync(1);
  expect(ids(list.rows)).toEqual(every.slice(0, 20));

  void list.reveal(5);
  await vi.advanceTimersByTimeAsync(1);
  expect([list.missing, list.rows.length]).toEqual([5, 20]);
  stop();
});

test('while somebody reads further down nothing moves, but what ends says so', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  const list = new InvocationList(host, { function: null, status: null }, 20);
  const stop = list.attach();
  await vi.advanceTimersByTimeAsync(1);
  const [first] = list.rows;
  list.look(false);
  transport.send({ invocations: [{ ...(first as Invocation), status: 'timeout' }, row(99_001)] });
  expect([list.rows.length, list.rows[0]?.status, list.newer]).toEqual([20, 'timeout', true]);
  stop();
});

const all = (transport: MockTransport): Promise<Invocation[]> =>
  transport.call('invocations', { function: null, status: null, minutes: null, search: null, before: null, limit: 10_000 });

test('what the channel had to skip is asked for', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  const list = new InvocationList(host, { function: 1, status: null });
  list.attach();
  await vi.advanceTimersByTimeAsync(1);
  const call = vi.spyOn(transport, 'call');
  const skipped = (of: number) => [{ function_id: of, calls: 4000, cold: 0, failed: 0 }];
  transport.send({ skipped: skipped(2) });
  transport.send({ skipped: skipped(1) });
  transport.send({ skipped: skipped(1) });
  await vi.advanceTimersByTimeAsync(2500);
  expect(call.mock.calls.filter(([name]) => name === 'invocations'), 'once, however often it happens').toHaveLength(1);
});

/** A call that began at so many seconds. */
const at = (id: number, second: number, more: Partial<Invocation> = {}): Invocation => row(id, { started_at: new Date(second * 1000).toISOString(), total_ms: 10, ...more });

test('the rate counts each invocation once, in whatever order they end, and forgets after a minute', () => {
  const recent = new RecentCalls();
  recent.add([at(1, 10), at(3, 10), at(4, 10, { function_id: 2 })], 10_000);
  recent.add([at(3, 10), at(2, 10), at(5, 20)], 20_000);
  expect(recent.perMinute(1, 20_000)).toBe(4);
  expect(recent.perMinute(2, 20_000)).toBe(1);
  expect(recent.perMinute(1, 71_000)).toBe(1);
  expect(recent.perMinute(1, 90_000)).toBe(0);
});

test('calls that are only counted are counted, too', () => {
  const recent = new RecentCalls();
  recent.add([at(1, 60), at(2, 60)], 60_000);
  recent.count([{ function_id: 1, calls: 6, cold: 3, failed: 2 }, { function_id: 2, calls: 2, cold: 0, failed: 0 }], 60_000);
  expect([recent.perMinute(1, 60_000), recent.perMinute(2, 60_000)]).toEqual([8, 2]);
  const { calls, cold_percent, error_percent, p50_ms } = recent.series(60_000);
  expect([calls, cold_percent, error_percent, p50_ms].map((course) => course.at(-1))).toEqual([10, 30, 20, 10]);
});

test('a call is seen in the course of the last minutes at once, by seconds and not by minutes', () => {
  const recent = new RecentCalls();
  recent.add([at(1, 1000, { cold: true, total_ms: 300 }), at(2, 1001, { status: 'error' }), at(3, 1012)], 1_012_000);
  expect(recent.calls(1, 1_012_000).slice(-4)).toEqual([0, 2, 0, 1]);
  expect(recent.calls(1, 1_012_000)).toHaveLength(60);
  const { cold_percent, error_percent, p50_ms } = recent.series(1_012_000);
  expect(cold_percent.slice(-4)).toEqual([null, 50, null, 0]);
  expect(error_percent.slice(-4)).toEqual([null, 50, null, 0]);
  expect(p50_ms.slice(-4)).toEqual([null, 10, null, 10]);
  expect(recent.calls(1, 1_320_000).every((calls) => calls === 0), 'after five minutes it is gone').toBe(true);
});

test('what was called before the page was there is looked up, and counted once', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  await vi.advanceTimersByTimeAsync(1);
  const before = host.recent.perMinute(1, Date.now());
  expect(before).toBeGreaterThan(0);
  transport.send({ invocations: await transport.call('invocations', { function: 1, status: null, minutes: 5, search: null, before: null, limit: 100 }) });
  expect(host.recent.perMinute(1, Date.now())).toBe(before);
});

test('who comes back sees the last rows at once, then those that there are', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  await vi.advanceTimersByTimeAsync(1);
  const workspace = new Workspace(host);
  const list = workspace.calls('', false);
  list.attach()();
  const stop = list.attach();
  await vi.advanceTimersByTimeAsync(1);
  await list.older();
  const [newest] = ids(list.rows);
  expect(list.rows).toHaveLength(400);
  stop();

  const again = workspace.calls('', false);
  expect(ids(again.rows)[0]).toBe(newest);
  again.attach();
  await vi.advanceTimersByTimeAsync(1);
  expect(again.rows, 'what nobody followed is asked anew').toHaveLength(200);
  expect(workspace.calls('', true).rows).toHaveLength(0);
  expect(workspace.calls('status:error', false).rows).toHaveLength(0);
});
