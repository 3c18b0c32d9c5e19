import { expect, test, vi } from 'vitest';
import { Paced } from './paced';

const many = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);

test('a few come at once, a burst whole, and a flood is only counted', () => {
  vi.useFakeTimers();
  const taken: (readonly [number[], number])[] = [];
  const paced = new Paced<number>((items, missed) => void taken.push([[...items], missed]), 60);
  paced.add([1]);
  paced.add([2]);
  expect(taken).toEqual([[[1], 0], [[2], 0]]);

  vi.advanceTimersByTime(5000);
  paced.add(many(100, 30));
  expect(taken[2], 'a burst').toEqual([many(100, 30), 0]);
  paced.add(many(200, 25));
  vi.advanceTimersByTime(249);
  expect(taken).toHaveLength(3);
  vi.advanceTimersByTime(1);
  expect(taken[3], 'and its end').toEqual([many(200, 25), 0]);
  paced.add(many(300, 25));
  paced.add(many(400, 25), [7]);
  vi.advanceTimersByTime(250);
  expect(taken[4], 'a flood').toEqual([[7], 50]);
  paced.add(many(500, 100));
  paced.add(many(600, 1));
  vi.advanceTimersByTime(250);
  expect(taken[5], 'what came before its end is not shown without what came before that').toEqual([[], 101]);

  paced.add([]);
  paced.add(many(700, 25));
  paced.stop();
  vi.advanceTimersByTime(1000);
  expect(taken).toHaveLength(6);
  vi.useRealTimers();
});
