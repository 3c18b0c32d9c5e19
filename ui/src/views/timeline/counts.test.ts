import { expect, test } from 'vitest';
import type { Lane, Span } from '$ipc';
import { columns, countAt, counts, steps } from './counts';

const VIEW = { from: 1_000, to: 2_000 };

test('what a twin does is not counted again', () => {
  const lane = (id: number, resident: boolean): Lane => ({ id, name: `i-${id}`, app: 'a', resident, revision: null, started: 0, spawn_ms: 1, boot_ms: 1, init_ms: 1, ready: 3, ended: null, end_reason: null });
  const span = (id: number, resident: boolean): Span => ({ id, instance: id, function_id: 1, function: 'a', resident, start: 10, cold: false, before_ms: 0, wait_ms: 0, total_ms: 5, status: 'ok' });
  const found = counts({ lanes: [lane(1, false), lane(2, true)], spans: [span(1, false), span(2, true)], reloads: [], cut: false });
  expect([countAt(found.alive, 12), countAt(found.calls, 12)]).toEqual([1, 1]);
});

test('up with a start and down with an end, and at one moment down first', () => {
  const line = steps([[500, 1_400], [1_200, null], [1_400, 1_500]]);
  expect(line.map(({ count }) => count)).toEqual([1, 2, 1, 2, 1]);
  expect([499, 500, 1_300, 1_400, 9_000].map((at) => countAt(line, at))).toEqual([0, 1, 2, 2, 1]);
});

test('each pixel has the most there were in it, also what came before the view', () => {
  const line = steps([[500, 1_050], [1_010, 1_020], [1_950, null]]);
  expect(columns(line, VIEW, 10)).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(columns([], VIEW, 3)).toEqual([0, 0, 0]);
});

test('those turned away are not among those under way', () => {
  const span = (id: number, status: string, total_ms: number): Span => ({ id, instance: null, function_id: 1, function: 'a', resident: false, start: 1_000 + id, cold: false, before_ms: 0, wait_ms: 0, total_ms, status });
  const found = counts({ lanes: [], spans: [span(1, 'ok', 10), span(2, 'throttled', 0), span(3, 'running', 0)], reloads: [], cut: false });
  expect(found.throttled).toEqual([1_002]);
  expect(countAt(found.calls, 1_005)).toBe(2);
  expect(countAt(found.calls, 1_500), 'one that is under way has no end').toBe(1);
});
