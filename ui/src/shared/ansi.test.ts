import { expect, test } from 'vitest';
import { plain, runs } from './ansi';

const look = (text: string) => runs(text).map(({ text: said, color, bold }) => [said, color, bold]);

test('text without colours is one run', () => {
  expect(look('plain')).toEqual([['plain', null, false]]);
  expect(look('')).toEqual([['', null, false]]);
});

test('colours last until they are reset', () => {
  expect(look('\u001b[31;1mred\u001b[0m and \u001b[94mblue\u001b[39m.')).toEqual([['red', 1, true], [' and ', null, false], ['blue', 4, false], ['.', null, false]]);
  expect(look('\u001b[38;5;10mgreen\u001b[m')).toEqual([['green', 2, false]]);
  expect(look('\u001b[38;2;1;2;3mother\u001b[48;5;4m still')).toEqual([['other', 0, false], [' still', 0, false]]);
});

test.each([
  ['38;5;196', 1], ['38;5;208', 3], ['38;5;46', 2], ['38;5;33', 4], ['38;5;201', 5], ['38;5;51', 6], ['38;5;236', 0], ['38;5;252', 7], ['38;5;256', null],
  ['38;2;255;90;80', 1], ['38;2;255;165;0', 3], ['38;2;20;160;60', 2], ['38;2;60;120;240', 4], ['38;2;190;80;220', 5], ['38;2;0;180;190', 6], ['38;2;250;250;245', 7],
  ['38:2::255:90:80', 1], ['38:2:255:90:80', 1], ['38:5:46', 2], ['38;2;999;0;0', null], ['38;5', null], ['58;2;255;0;0;32', 2],
])('the colour %s becomes one of the theme', (code, color) => {
  expect(look(`\u001b[${code}mx`)).toEqual([['x', color, false]]);
});

test('a line below may be of several kinds', () => {
  expect(runs('\u001b[4:3mx\u001b[4:0my').map(({ underline, italic }) => [underline, italic])).toEqual([[true, false], [false, false]]);
});

test('a title, a link and a set of characters are not shown', () => {
  expect(plain('\u001b]0;title\u0007ready')).toBe('ready');
  expect(plain('see \u001b]8;;https://example.com\u001b\\here\u001b]8;;\u001b\\.')).toBe('see here.');
  expect(look('\u001b]2;t\u0007\u001b[31mred\u001b(B\u001b[m')).toEqual([['red', 1, false]]);
});

test('nothing of a sequence is left, whatever it does', () => {
  expect(plain('a\u001b[2Kb\u001b[1;5Hc\u001b[m')).toBe('abc');
  expect(look('\u001b[2Kx')).toEqual([['x', null, false]]);
  expect(plain('cut \u001b[')).toBe('cut \u001b[');
});

test('what turns the direction of a text is seen, and is copied as it was', () => {
  expect(look('a\u202eb\u001b[31m\u2067c')).toEqual([['a<U+202E>b', null, false], ['<U+2067>c', 1, false]]);
  expect(look('\u061c\u200f')).toEqual([['<U+061C><U+200F>', null, false]]);
  expect(look('שלום')).toEqual([['שלום', null, false]]);
  expect(plain('a\u202eb')).toBe('a\u202eb');
});

test('what a text stands on is told, also of a badge turned around', () => {
  const grounds = (text: string): unknown => runs(text).map(({ text: shown, color, ground }) => [shown, color, ground]);
  expect(grounds('\u001b[41mred\u001b[49m none')).toEqual([['red', null, 1], [' none', null, null]]);
  expect(grounds('\u001b[32;7m PASS \u001b[27m after')).toEqual([[' PASS ', null, 2], [' after', 2, null]]);
  expect(grounds('\u001b[30;48;5;10mx\u001b[m')).toEqual([['x', 0, 2]]);
});
