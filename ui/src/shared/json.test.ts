import { describe, expect, test } from 'vitest';
import { compact, Exact, indented, mistake, parseExact } from './json';

const EXACT = '{"id":1234567890123456789,"one":1.0,"one":2,"big":1e400,"text":"a, {b}: \\"c\\"","none":{},"list":[ ],"in":[[1],{"x":null}]}';

describe('laying out', () => {
  test('keeps every value as it was written', () => {
    const out = indented(EXACT);
    expect(out).toContain('"id": 1234567890123456789,\n  "one": 1.0,\n  "one": 2,\n  "big": 1e400,\n  "text": "a, {b}: \\"c\\"",\n  "none": {},\n  "list": [],');
    expect(compact(out)).toBe(compact(EXACT));
    expect(indented(out)).toBe(out);
  });

  test('lays out as JavaScript would where its numbers are exact', () => {
    const value = { a: [1, 2, { b: 'c' }], d: {}, e: [], f: null, g: 'x\ny', h: -0.5 };
    expect(indented(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    expect(compact(JSON.stringify(value, null, 4))).toBe(JSON.stringify(value));
    for (const plain of ['3', '"x"', 'null', '[]']) expect(indented(plain)).toBe(plain);
  });
});

describe('mistakes', () => {
  test.each([
    ['', 1, 1, 'a value is missing'],
    ['{\n  "a": 1,\n}', 3, 1, 'a comma too many before }'],
    ['{"a": NaN}', 1, 7, 'NaN is no JSON value'],
    ["{'a': 1}", 1, 2, 'a name in double quotes'],
    ['{"a" 1}', 1, 6, 'a colon is missing'],
    ['[1 2]', 1, 4, 'a comma or ] is missing'],
    ['{"a": {"b": 1}', 1, 15, 'the object is not closed'],
    ['"abc', 1, 5, 'a text is not closed'],
    ['"C:\\temp\\x"', 1, 9, '\\x stands for nothing'],
    ['{} {}', 1, 4, 'more stands after the end'],
    ['\uFEFF{}', 1, 1, 'byte order mark'],
    ['[01]', 1, 2, '01 is no JSON value'],
    ['{"a":}', 1, 6, 'a value is missing before }'],
    ['{"a":"x\ty"}', 1, 8, 'control character'],
  ])('%j stops at %d:%d', (text, line, column, message) => {
    const found = mistake(text);
    expect(found?.message).toContain(message);
    expect([found?.line, found?.column]).toEqual([line, column]);
  });

  test('nothing is wrong with what JavaScript reads', () => {
    for (const text of [EXACT, '0', ' "x" ', '{"a":[true,false,null,-1.5e-3]}']) expect(mistake(text)).toBeNull();
  });
});

test('a number that would be rounded is kept as written, where the browser tells it', () => {
  const { id, n } = parseExact('{"id":1234567890123456789,"n":1.5}') as { id: unknown; n: unknown };
  expect(n).toBe(1.5);
  const told = JSON.parse('1', (_key, _value, context?: { source?: string }) => context?.source !== undefined) as boolean;
  expect(id).toEqual(told ? new Exact('1234567890123456789') : Number('1234567890123456789'));
});
