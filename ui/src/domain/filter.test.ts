import { expect, test } from 'vitest';
import { foreign, operators, term, valuesOf } from './filter';
import { OF_LINES } from './vocabulary';

const field = (name: string) => OF_LINES.find((one) => one.name === name) ?? { name, says: '', values: [] };
const terms = (name: string, value: string): string[] => operators(field(name)).map((operator) => term(name, operator, value));

test('a field is compared as its values are', () => {
  expect(terms('status', 'error')).toEqual(['status:error', '-status:error']);
  expect(terms('dur', '200ms')).toEqual(['dur:>200ms', 'dur:>=200ms', 'dur:<200ms', 'dur:<=200ms', 'dur:200ms', '-dur:200ms']);
  expect(terms('since', '1h')).toEqual(['since:1h']);
  expect(valuesOf(field('level'))).toEqual(['warn', 'error', 'trace', 'debug', 'info', 'fatal']);
});

test('a value of several words is quoted', () => {
  expect(terms('fn', ' two words ')[0]).toBe('fn:"two words"');
  expect(terms('error', 'a "b" \\')[0]).toBe('error:"a \\"b\\" \\\\"');
});

test.each(['lamp OR chair', 'status:ok AND cold:yes', 'NOT cold:yes', '(lamp chair)', 'a || b', '(lamp'])('%s is another language', (search) => {
  expect(foreign(search)).toBe(true);
});

test.each(['lamp or chair', '"lamp OR chair"', 'ORDER', 'fn:NOT', '"(unclosed', '-status:ok', 'print(x) y', ''])('%s is not', (search) => {
  expect(foreign(search)).toBe(false);
});
