import { expect, test } from 'vitest';
import { over } from './sizelimit';

const GIB = 2 ** 30;

test('nothing goes up to the limit; beyond it, down to nine tenths', () => {
  expect(over(2 * GIB, 2)).toBe(0);
  expect(over(0, 1)).toBe(0);
  expect(over(3 * GIB, 2)).toBe(Math.round(1.2 * GIB));
});
