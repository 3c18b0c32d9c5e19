import { beforeEach, expect, test } from 'vitest';
import { splitFragment, takeToken } from './token';

beforeEach(() => {
  localStorage.clear();
  location.hash = '';
});

test.each([
  ['#token=abc', 'abc', ''],
  ['#token=abc&/costs', 'abc', '#/costs'],
  ['#/costs?token=abc', 'abc', '#/costs'],
  ['#/function/3?tab=logs&token=abc', 'abc', '#/function/3?tab=logs'],
  ['#/function/3?token=a%2Fb&tab=logs', 'a/b', '#/function/3?tab=logs'],
  ['#/costs', null, '#/costs'],
])('%s holds %s and leaves %s', (fragment, token, rest) => {
  expect(splitFragment(fragment)).toEqual({ token, rest });
});

test('the token leaves the address and outlives a reload of the page', () => {
  location.hash = '#token=secret&/logs';
  expect(takeToken()).toBe('secret');
  expect(location.hash, 'the address must not keep the token').toBe('#/logs');
  expect(takeToken(), 'a second start of the page finds it again').toBe('secret');
});
