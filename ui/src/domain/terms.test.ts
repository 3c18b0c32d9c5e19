import { expect, test } from 'vitest';
import { has, toggled } from './terms';

test('a term is put in and taken out, and the rest stays', () => {
  expect(toggled('', 'cold:yes')).toBe('cold:yes');
  expect(toggled('fn:thumb "out of stock"', 'cold:yes')).toBe('fn:thumb "out of stock" cold:yes');
  expect(toggled('fn:thumb cold:yes "out of stock"', 'cold:yes')).toBe('fn:thumb "out of stock"');
  expect(has('-cold:yes', 'cold:yes')).toBe(false);
});
