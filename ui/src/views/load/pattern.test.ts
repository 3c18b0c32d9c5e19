import { expect, test } from 'vitest';
import type { LoadPlan, LoadRun } from '$ipc';
import { calls, nines, p999, percentAt, rates, says, search, type Pattern } from './pattern';

const pattern: Pattern = { shape: 'constant', rate: 10, fromRate: 0, peakRate: 50, peakS: 2, seconds: 10 };
const plan: LoadPlan = { shape: 'constant', rate: 12.5, from_rate: null, peak_rate: null, peak_s: null, seconds: 90, replay_minutes: null, speed: null, seed: 1, most_in_flight: 1000, most_waiting: 128, calls: 1, twin: false };

test('a shape is as many calls as its picture shows', () => {
  for (const shape of ['constant', 'ramp', 'spike', 'poisson'] as const) {
    const of = { ...pattern, shape };
    const drawn = rates(of, 1000).reduce((sum, rate) => sum + rate, 0) / 1000 * of.seconds;
    expect(Math.round(drawn), shape).toBe(calls(of));
  }
  expect(rates({ ...pattern, shape: 'spike' }, 5)).toEqual([10, 10, 50, 10, 10]);
});

test('a plan is told in a few words', () => {
  expect(says(plan)).toBe('constant 12.5/s, 90 s');
  expect(says({ ...plan, shape: 'ramp', from_rate: 0, rate: 100, seconds: 60 })).toBe('ramp 0 → 100/s, 1 min');
  expect(says({ ...plan, shape: 'spike', rate: 1, peak_rate: 20, peak_s: 2.5, seconds: 30 })).toBe('spike 1 → 20/s for 2.5 s, 30 s');
  expect(says({ ...plan, shape: 'replay', replay_minutes: 15, speed: 4, seconds: 225 })).toBe('replay of 15 min, 4 × as fast, 225 s');
});

test('the calls behind a figure are found by when they came', () => {
  const run = { name: 'hello', started_at: '2026-01-01T00:05:00.5Z', ended_at: '2026-01-01T00:06:00.5Z' } as LoadRun;
  expect(search(run, 'cold:yes')).toBe('fn:hello by:load_test cold:yes since:2026-01-01T00:05:00Z until:2026-01-01T00:06:01Z');
  expect(search({ ...run, ended_at: null })).toBe('fn:hello by:load_test since:2026-01-01T00:05:00Z');
});

test('every further nine is as far as the one before', () => {
  expect([0, 90, 99, 99.9].map((percent) => Math.round(nines(percent) * 1e6) / 1e6)).toEqual([0, 1, 2, 3]);
  expect([0, 0.30103, 1, 2, 3, 4].map(percentAt)).toEqual(['0 %', '50 %', '90 %', '99 %', '99.9 %', '99.99 %']);
});

test('one in a thousand is not said of a dozen calls', () => {
  const latency = { mean_ms: 5, p50_ms: 5, p90_ms: 6, p99_ms: 7, p999_ms: 8, max_ms: 8 };
  expect(p999({ ok: 12, errors: 0, latency })).toBeNull();
  expect(p999({ ok: 900, errors: 100, latency })).toBe(8);
});
