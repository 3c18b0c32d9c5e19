import { expect, test } from 'vitest';
import { makeCosts } from '$ipc/mock/costs';
import { excluded, passes, providers, ranked } from './ranking';
import { NOTHING_SET } from './query';

const report = makeCosts({ function: null, minutes: 1440, calls_per_month: 40_000_000, settings: { ...NOTHING_SET, budget: { percentile: 99, ms: 800 } } }, 'full');

test('the cheapest is first, and what is no choice is last in either direction', () => {
  for (const direction of [1, -1] as const) {
    const rows = ranked(report.plans, 'usd', direction);
    const first = rows.findIndex((option) => excluded(option) !== null);
    expect(first).toBeGreaterThan(3);
    expect(rows.slice(first).every((option) => excluded(option) !== null)).toBe(true);
    const prices = rows.slice(0, first).map(({ usd }) => Number(usd) * direction);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
  }
});

test('an option that refuses says so before one that is over the budget', () => {
  const option = report.plans.find(({ refusal }) => refusal !== null);
  expect(option && excluded({ ...option, ruled_out: 'p99 would be 900 ms' })).toMatch(/^Would refuse: /);
});

test('by provider, by what can still be bought, by what is mine', () => {
  const shown = (filter: Parameters<typeof passes>[1]): string[] => report.plans.filter((option) => passes(option, filter)).map(({ id }) => id);
  expect(shown({ shown: 'all', provider: null, mine: [] })).toHaveLength(report.plans.length);
  expect(shown({ shown: 'current', provider: null, mine: [] })).not.toContain('aws-lambda-100ms');
  expect(shown({ shown: 'mine', provider: null, mine: ['vercel'] })).toEqual(['vercel-fluid', 'vercel-hobby']);
  expect(shown({ shown: 'all', provider: 'ibm', mine: [] })).toHaveLength(2);
  expect(providers(report.plans).reduce((sum, { count }) => sum + count, 0)).toBe(report.plans.length);
});
