import { expect, test } from 'vitest';
import { Rows } from './rows';

test('rows of one height', () => {
  const rows = new Rows(100_000, 22);
  expect(rows.height).toBe(2_200_000);
  expect(rows.at(0)).toBe(0);
  expect(rows.at(21.9)).toBe(0);
  expect(rows.at(22)).toBe(1);
  expect(rows.at(9e9)).toBe(99_999);
  expect(rows.at(-5)).toBe(0);
  expect(rows.window(2200, 220, 10)).toEqual([90, 121]);
  expect(new Rows(0, 22).window(0, 500, 10)).toEqual([0, 0]);
});

test('what is opened moves what is below, and only that', () => {
  const rows = new Rows(10, 20, [{ index: 7, extra: 50 }, { index: 2, extra: 100 }]);
  expect([rows.top(2), rows.top(3), rows.top(8), rows.height]).toEqual([40, 160, 310, 350]);
  expect([rows.at(39), rows.at(40), rows.at(159), rows.at(160), rows.at(259), rows.at(260), rows.at(309), rows.at(310)]).toEqual([1, 2, 2, 3, 7, 7, 7, 8]);
  for (let index = 0; index < 10; index++) expect(rows.at(rows.top(index))).toBe(index);
});
