import { expect, test } from 'vitest';
import type { Lane, Span, Timeline } from '$ipc';
import { renewed, since } from './timelines';

const span = (id: number, start: number, total_ms = 10, status = 'ok'): Span => ({
  id, instance: 1, function_id: 1, function: 'hello', resident: false, start, cold: false, before_ms: 0, wait_ms: 0, total_ms, status,
});
const lane = (id: number, app: string, started: number, ended: number | null = null): Lane => ({
  id, name: `i-${id}`, app, resident: false, revision: 'ab12', started, spawn_ms: 1, boot_ms: 1, init_ms: 1, ready: started + 3, ended, end_reason: ended === null ? null : 'idle',
});
const timeline = (spans: Span[], more: Partial<Timeline> = {}): Timeline => ({ lanes: [], spans, reloads: [], cut: false, ...more });
const ids = ({ spans }: Timeline): number[] => spans.map(({ id }) => id);

test('the lanes of a twin come below those of its pool', () => {
  const known = timeline([], { lanes: [lane(1, 'a', 10), { ...lane(2, 'a', 5), resident: true }] });
  const news = timeline([], { lanes: [lane(3, 'a', 30), lane(4, 'b', 1)] });
  expect(renewed(known, news, 0).lanes.map(({ id }) => id)).toEqual([1, 3, 2, 4]);
});

test('what is new joins what was known, and what is out of sight goes', () => {
  const known = timeline([span(1, 100), span(2, 500), span(3, 900)]);
  const both = renewed(known, timeline([span(3, 900), span(4, 950)]), 400);
  expect(ids(both), 'the first ended before what is kept; the third is there once').toEqual([2, 3, 4]);
});

test('a call that was under way is asked for again and has its end', () => {
  const known = timeline([span(1, 100), span(2, 300, 0, 'running'), span(3, 900)]);
  expect(since(known, 800), 'from where the call under way began').toBe(300);
  const both = renewed(known, timeline([span(2, 300, 650), span(3, 900)]), 0);
  expect(both.spans.find(({ id }) => id === 2)).toMatchObject({ status: 'ok', total_ms: 650 });
  expect(since(both, 800), 'nothing is under way any more').toBe(800);
});

test('lanes are in the order of their apps and then of their starts, each as it is now', () => {
  const known = timeline([], { lanes: [lane(1, 'b', 10), lane(2, 'a', 20), lane(3, 'a', 5, 50)] });
  const both = renewed(known, timeline([], { lanes: [lane(2, 'a', 20, 400), lane(4, 'a', 30)] }), 100);
  expect(both.lanes.map(({ id, ended }) => [id, ended])).toEqual([[2, 400], [4, null], [1, null]]);
});

test('reloads are there once', () => {
  const mark = (at: number) => ({ at, app: 'a', file: 'a.py', swapped_ms: 5, outcome: 'swapped' });
  const both = renewed(timeline([], { reloads: [mark(10), mark(200)] }), timeline([], { reloads: [mark(200), mark(300)] }), 100);
  expect(both.reloads.map(({ at }) => at)).toEqual([200, 300]);
});

test('no more calls are held than the host sends, and it is said from when on they are whole', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => span(n, n));
  const both = renewed(timeline(many), timeline([span(10_000, 10_000), span(10_001, 10_001)]), 0);
  expect([both.spans.length, both.spans[0]?.start, both.cut]).toEqual([10_000, 2, true]);
  expect(renewed(both, timeline([]), 5_000).cut, 'what was left out is out of sight').toBe(false);
  expect(ids(renewed(timeline([span(1, 1)]), timeline([span(7, 7)], { cut: true }), 0)), 'between them calls are missing').toEqual([7]);
});
