import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MockTransport } from '$ipc/mock';
import type { Invocation } from '$ipc';
import { Host } from './host.svelte';
import { InvocationList, mergeNewest } from './invocations.svelte';
import { RateMeter } from './rate';

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

test('what the channel had to skip is asked for', async () => {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  const list = new InvocationList(host, { function: 1, status: null });
  list.attach();
  await vi.advanceTimersByTimeAsync(1);
  const call = vi.spyOn(transport, 'call');
  transport.send({ skipped: 4000 });
  transport.send({ skipped: 4000 });
  await vi.advanceTimersByTimeAsync(2500);
  expect(call.mock.calls.filter(([name]) => name === 'invocations'), 'once, however often it happens').toHaveLength(1);
});

test('the rate counts each invocation once and forgets after a minute', () => {
  const rate = new RateMeter();
  rate.add([row(1), row(2), row(3, { function_id: 2 })], 10_000);
  rate.add([row(2), row(4)], 20_000);
  expect(rate.perMinute(1, 20_000)).toBe(3);
  expect(rate.perMinute(2, 20_000)).toBe(1);
  expect(rate.perMinute(1, 71_000)).toBe(1);
  expect(rate.perMinute(1, 90_000)).toBe(0);
});
