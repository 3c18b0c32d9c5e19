import { expect, test } from 'vitest';
import { sparkPath } from './spark';
import { stack } from './stacked';

test('nothing known draws nothing', () => {
  expect(sparkPath([], 20)).toBeNull();
  expect(sparkPath([null, null], 20)).toBeNull();
  expect(sparkPath([0, null, 0], 20)).toBeNull();
});

test('the largest value is at the top, nought on the ground, and all points are inside', () => {
  expect(sparkPath([0, 5, 10], 20)).toEqual({ line: 'M0 18.5L50 10L100 1.5', dots: '' });
});

test('a gap breaks the line, and a lone value is still seen', () => {
  expect(sparkPath([1, 1, null, 1], 20)).toEqual({ line: 'M0 1.5L33.33 1.5', dots: 'M100 1.5h0' });
});

test('parts of a column stand on each other', () => {
  const part = (values: number[]) => ({ label: '', color: '', values });
  expect(stack([part([1, 2]), part([10, 20]), part([100, 200])])).toEqual([[1, 2], [11, 22], [111, 222]]);
});
