import { expect, test } from 'vitest';
import type { Lane, Span } from '$ipc';
import { alive, byLane, end, hit, moment, outdated, ticks, x } from './scale';

const lane = (id: number, started: number, ended: number | null): Lane => ({ id, name: `i-${id}`, app: 'a', revision: 'r', started, ready: started, ended, end_reason: null });
const span = (id: number, start: number, total_ms: number, status = 'ok'): Span => ({ id, instance: 1, function_id: 1, function: 'a', start, cold: false, before_ms: 0, total_ms, status });
const VIEW = { from: 1_000, to: 2_000 };

test('moments and pixels are each other’s inverse', () => {
  expect(x(1_500, VIEW, 800)).toBe(400);
  expect(moment(400, VIEW, 800)).toBe(1_500);
});

test('ticks are round, apart, and within the view, from a millisecond to a week', () => {
  for (const length of [1, 50, 1_000, 60_000, 3_600_000, 86_400_000, 604_800_000]) {
    const view = { from: 1_700_000_000_123, to: 1_700_000_000_123 + length };
    const found = ticks(view, 1_000);
    expect(found.length).toBeLessThanOrEqual(11);
    expect(found.every(({ at }) => at >= view.from && at < view.to)).toBe(true);
    if (length > 1) expect(found.length).toBeGreaterThan(0);
  }
});

test('instances alive go up with a start and down with an end', () => {
  const line = alive([lane(1, 500, 1_400), lane(2, 1_200, null)], VIEW);
  expect(line.map(({ count }) => count)).toEqual([0, 1, 2, 1]);
  expect(line[1]?.at).toBe(1_000);
});

test('an instance is outdated from the swap after it was started', () => {
  const mark = { at: 1_300, app: 'a', file: 'f', swapped_ms: 50, outcome: 'ok' };
  expect(outdated(lane(1, 500, null), [mark])).toBe(1_350);
  expect(outdated(lane(2, 1_340, null), [mark])).toBe(Infinity);
  expect(outdated(lane(3, 500, null), [{ ...mark, app: 'b' }])).toBe(Infinity);
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
