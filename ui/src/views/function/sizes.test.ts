import { expect, test } from 'vitest';
import { points, sizesOf } from './sizes';

test('sizes are a list of numbers, in order, each once', () => {
  expect(sizesOf('1024, 128 512;128')).toEqual([128, 512, 1024]);
  for (const wrong of ['', '128, many', '0', '-5', '20000', '1.5', Array(14).fill('128,').map((one, i) => `${i + 1}${one}`).join('')]) expect(sizesOf(wrong), wrong).toBeNull();
});

test('a chart has its largest value at the head and leaves out what failed', () => {
  const drawn = points([128, 512, 2048], [400, null, 100], { width: 200, height: 80 });
  expect(drawn).toEqual([{ x: 0, y: 0 }, { x: 200, y: 60 }]);
  expect(points([512], [3], { width: 200, height: 80 })[0]).toEqual({ x: 0, y: 0 });
});
