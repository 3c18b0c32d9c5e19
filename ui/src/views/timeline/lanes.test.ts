import { expect, test } from 'vitest';
import type { Lane, Span } from '$ipc';
import { begun, beside, byLane, end, hit, outdated, rows, starting } from './lanes';
import { saysLane, saysSpan } from './says';

const lane = (id: number, started: number, ended: number | null): Lane => ({ id, name: `i-${id}`, app: 'a', resident: false, revision: 'r', started, spawn_ms: 2, boot_ms: 28, init_ms: 50, ready: started + 100, ended, end_reason: null });
const span = (id: number, start: number, total_ms: number, status = 'ok', instance = 1): Span => ({ id, instance, function_id: 1, function: 'a', resident: false, start, cold: false, before_ms: 0, wait_ms: 0, total_ms, status });
const none = { reloads: [], cut: false };

test('an instance is outdated from the swap after it was started', () => {
  const mark = { at: 1_300, app: 'a', file: 'f', swapped_ms: 50, outcome: 'ok' };
  expect(outdated(lane(1, 500, null), [mark])).toBe(1_350);
  expect(outdated(lane(1, 500, null), [{ ...mark, at: 1_500 }, mark])).toBe(1_350);
  expect(outdated(lane(2, 1_340, null), [mark])).toBe(Infinity);
  expect(outdated(lane(3, 500, null), [{ ...mark, app: 'b' }])).toBe(Infinity);
});

test('a start is boot, then init up to the moment it is ready', () => {
  expect(starting(lane(1, 500, null), 2_000)).toEqual([
    { kind: 'boot', from: 500, to: 550 },
    { kind: 'init', from: 550, to: 600 },
  ]);
  expect(starting({ ...lane(1, 500, null), ready: null, init_ms: null }, 2_000)).toEqual([{ kind: 'boot', from: 500, to: 2_000 }]);
  const standby = { ...lane(1, 500, null), init_ms: 300 };
  expect(starting(standby, 2_000)[0], 'an init is no longer than the start').toEqual({ kind: 'boot', from: 500, to: 500 });
});

test('a cold call begins when its instance is ready, however its own clock ran', () => {
  const cold = { ...span(1, 480, 200), cold: true, before_ms: 90 };
  expect(begun(cold, lane(1, 500, null))).toBe(600);
  expect(begun({ ...cold, cold: false }, lane(1, 500, null))).toBe(570);
});

test('the call under the pointer is found, or the nearest one', () => {
  const spans = [span(1, 1_000, 100), span(2, 1_200, 1), span(3, 1_400, 0, 'running')];
  expect(byLane(spans).get(1)).toHaveLength(3);
  expect(hit(spans, 1_050, 5, 2_000)?.id).toBe(1);
  expect(hit(spans, 1_204, 5, 2_000)?.id).toBe(2);
  expect(hit(spans, 1_300, 5, 2_000)).toBeUndefined();
  expect(hit(spans, 1_900, 5, 2_000)?.id).toBe(3);
  expect(end(spans[2] as Span, 2_000)).toBe(2_000);
});

test('from call to call in time, and to the nearest one of the next lane that has any', () => {
  const all = rows({ ...none, lanes: [lane(1, 0, null), lane(2, 0, null), lane(3, 0, null)], spans: [span(1, 1_000, 9), span(2, 1_100, 9, 'ok', 3), span(3, 1_900, 9, 'ok', 3), span(4, 2_000, 9)] });
  const [first] = all[0]?.spans ?? [];
  expect(beside(all, undefined, { calls: -1 })?.id).toBe(4);
  expect(beside(all, first, { calls: 1 })?.id).toBe(2);
  expect(beside(all, first, { calls: -1 })?.id).toBe(1);
  expect(beside(all, first, { lanes: 1 })?.id).toBe(2);
  expect(beside(all, first, { lanes: -1 })?.id).toBe(1);
});

test('what is pointed at is said', () => {
  const [row] = rows({ ...none, lanes: [lane(1, 500, 3_000)], spans: [] });
  if (!row) throw new Error('one lane');
  expect(saysLane(row, 520, 9_000)).toContain('boot 50');
  expect(saysLane(row, 580, 9_000)).toContain('init 50');
  expect(saysLane(row, 900, 9_000)).toContain('idle');
  expect(saysLane({ ...row, outdated: 800 }, 900, 9_000)).toContain('retiring');
  expect(saysLane(row, 3_001, 9_000)).toBeNull();
  expect(saysSpan({ ...span(1, 1_000, 400), cold: true, wait_ms: 30, before_ms: 130 })).toMatch(/a · ok · cold · 400 ms · waited 30.* ms · start 100 ms/);
});
