import { expect, test } from 'vitest';
import { perSecond, roundUp, step, ticks, timeOf } from './day';

test('a stair has one tread a value and ends at the right edge', () => {
  expect(step([1, 2, 4], { width: 30, height: 40, most: 4 })).toBe('M0 30.0H10.0V20.0H20.0V0.0H30.0');
  expect(step([], { width: 30, height: 40, most: 4 })).toBe('');
});

test('an axis ends at a round number', () => {
  expect([0.013, 3, 5, 7, 101].map(roundUp)).toEqual([0.02, 5, 5, 10, 200]);
  expect(roundUp(0)).toBe(1);
});

test('a day has hours, a week has days', () => {
  expect(ticks(1440).map(({ text }) => text)).toEqual(['00:00', '04:00', '08:00', '12:00', '16:00', '20:00', '24:00']);
  expect(ticks(10_080).map(({ text }) => text)).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
  expect(timeOf(86, 10, 144)).toBe('14:20');
  expect(timeOf(50, 30, 336)).toBe('Tue 01:00');
});

test('calls a second, short', () => {
  expect([0, 0.0417, 1.26, 42.4, 12_345].map(perSecond)).toEqual(['0', '0.042', '1.3', '42', '12 k']);
});
