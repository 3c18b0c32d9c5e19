import { expect, test } from 'vitest';
import type { Fn, FunctionStats } from '$ipc';
import { next, sorted } from './sorting';

const functions = ['b', 'a', 'c'].map((name, i) => ({ id: i + 1, name }) as Fn);
const stats = (id: number): FunctionStats | undefined => (id === 3 ? undefined : ({ calls: id * 10, cold: 5, errors: 0 } as FunctionStats));
const names = (list: readonly Fn[]): string => list.map(({ name }) => name).join('');

test('a heading sorts, turns round, and gives back the order of the project', () => {
  let order = next(null, 'calls');
  expect(names(sorted(functions, stats, order))).toBe('abc');
  order = next(order, 'calls');
  expect(names(sorted(functions, stats, order)), 'what was never called is least').toBe('cba');
  order = next(order, 'calls');
  expect(order).toBeNull();
  expect(names(sorted(functions, stats, order))).toBe('bac');
});

test('names begin with A, shares compare as shares', () => {
  expect(names(sorted(functions, stats, next(null, 'name')))).toBe('abc');
  expect(names(sorted(functions, stats, next(null, 'cold')))).toBe('bac');
});
