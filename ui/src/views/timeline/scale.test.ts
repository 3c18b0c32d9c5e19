import { expect, test } from 'vitest';
import { moment, ticks, x } from './scale';

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
    if (length <= 1_000) for (const [n, { label }] of found.entries()) expect(label).toMatch(n === 0 ? /^\d\d:\d\d:\d\d\.\d{3}$/ : /^\d\d\.\d{3}$/);
    if (length > 1) expect(found.length).toBeGreaterThan(0);
  }
});
