import { expect, test } from 'vitest';
import { indexOf, merged } from './lines';

const of = (...ids: number[]) => ids.map((id) => ({ id }));

test('lines stay in order, each once, however they come', () => {
  expect(merged(of(1, 2, 5), of(6, 7))).toEqual(of(1, 2, 5, 6, 7));
  expect(merged(of(1, 2, 5), of(7, 5, 3, 7))).toEqual(of(1, 2, 3, 5, 7));
  expect(merged([], of(2, 1))).toEqual(of(1, 2));
  expect(merged(of(3), of())).toEqual(of(3));
  expect(merged([{ id: 1, request: '' }], [{ id: 1, request: '8c1e' }])).toEqual([{ id: 1, request: '8c1e' }]);
});

test('a line is found by halves', () => {
  const lines = of(2, 4, 6);
  expect([1, 2, 3, 6, 9].map((id) => indexOf(lines, id))).toEqual([0, 0, 1, 2, 3]);
});
