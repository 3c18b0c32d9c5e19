import { expect, test, vi } from 'vitest';
import { Paced } from './paced';

test('a few come at once, a flood in few pieces, and of too much the newest', () => {
  vi.useFakeTimers();
  const taken: number[][] = [];
  const paced = new Paced<number>((items) => void taken.push([...items]), 500, 30);
  const many = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);
  paced.add([1]);
  paced.add([2]);
  expect(taken).toEqual([[1], [2]]);
  paced.add(many(100, 25));
  paced.add([3]);
  paced.add(many(200, 25));
  vi.advanceTimersByTime(499);
  expect(taken).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(taken[2]).toEqual([...many(121, 4), 3, ...many(200, 25)]);
  paced.add([]);
  paced.add(many(300, 25));
  paced.stop();
  vi.advanceTimersByTime(1000);
  expect(taken).toHaveLength(3);
  vi.useRealTimers();
});
