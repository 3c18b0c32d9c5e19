import { describe, expect, test } from 'vitest';
import { ago, bytes, countdown, duration, ms, msRange, percent, plural, shortCount, usd, wholeMs } from './format';

const said = (value: number | null): string => `${ms(value).text} ${ms(value).unit}`.trim();

describe('milliseconds', () => {
  test.each([
    [0.21, '0.21 ms'],
    [4, '4 ms'],
    [9.2, '9.2 ms'],
    [71.34, '71.3 ms'],
    [99.97, '100 ms'],
    [1840.4, '1,840 ms'],
    [12_345, '12.3 s'],
    [900_000, '900 s'],
  ])('%d is written %s', (value, text) => expect(said(value)).toBe(text));

  test('what is not known is a dash without a unit', () => expect(said(null)).toBe('–'));
  test('a little is not nothing', () => expect(wholeMs(0.3).text).toBe('<1'));
});

describe('money', () => {
  test.each([
    ['0', '$0.00'],
    ['0.021', '$0.021'],
    ['0.00000082', '$0.00000082'],
    ['0.63', '$0.63'],
    ['12.255', '$12.26'],
    ['1234.5', '$1,234.50'],
    ['-0.64', '−$0.64'],
  ])('%s dollars is written %s', (value, text) => expect(usd(value)).toBe(text));

  test('an unknown price is a dash, not zero', () => expect(usd(null)).toBe('–'));
});

test('a share keeps the decimals that matter', () => {
  expect(percent(0, 10)).toBe('0 %');
  expect(percent(7, 18_240)).toBe('0.04 %');
  expect(percent(347, 18_240)).toBe('1.9 %');
  expect(percent(58, 100)).toBe('58 %');
  expect(percent(9997, 10_000), 'almost all is not all').toBe('>99 %');
  expect(percent(1, 1_000_000)).toBe('<0.01 %');
  expect(percent(0, 0)).toBe('–');
});

test('times are told in the fewest words', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const then = Date.parse(at);
  expect([1, 9, 90, 7300, 200_000].map((s) => ago(at, then + s * 1000))).toEqual(['now', '9 s', '1 min', '2 h', '2 d']);
  expect(countdown(at, then - 272_000)).toBe('4:32');
  expect(countdown(at, then + 1)).toBe('');
  expect([0.4, 63.75949, 500, 3000, 300_000, 90_000].map(duration)).toEqual(['0.4 ms', '64 ms', '500 ms', '3 s', '5 min', '90 s']);
});

test('counts and sizes', () => {
  expect([999, 1500, 25e6, 1e10].map(shortCount)).toEqual(['999', '1.5 k', '25 M', '10 B']);
  expect([412, 18_422, 214_312].map(bytes)).toEqual(['412 B', '18.4 KB', '214 KB']);
  expect([plural(1, 'call'), plural(1204, 'call')]).toEqual(['1 call', '1,204 calls']);
});

test('a guess has no more figures than a guess', () => {
  expect(msRange(252.7, 418.2)).toBe('250–420 ms');
  expect(msRange(3.4, 41.6)).toBe('3–42 ms');
  expect(msRange(480, 1730)).toBe('0.5–1.7 s');
  expect(msRange(12_300, 21_900)).toBe('12–22 s');
});
