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
  expect(look('\u001b[38;2;1;2;3mother\u001b[48;5;4m still')).toEqual([['other', null, false], [' still', null, false]]);
});

test('nothing of a sequence is left, whatever it does', () => {
  expect(plain('a\u001b[2Kb\u001b[1;5Hc\u001b[m')).toBe('abc');
  expect(look('\u001b[2Kx')).toEqual([['x', null, false]]);
  expect(plain('cut \u001b[')).toBe('cut \u001b[');
});
