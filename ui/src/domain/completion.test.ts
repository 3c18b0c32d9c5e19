import { expect, test } from 'vitest';
import { complete, taken, type Asked } from './completion';

const KNOWN: Asked[] = [
  { name: 'fn', says: 'function', values: ['thumbnail', 'checkout', 'two words'] },
  { name: 'status', says: 'how it ended', values: ['failed', 'error', 'init_error'], many: true },
  { name: 'since', says: 'how long ago', values: ['1h'] },
];
const at = (text: string, caret = text.length, unasked = false): string[] => complete(text, caret, KNOWN, unasked).offers.map(({ text }) => text);

test('fields are offered by what they begin with, and all of them where somebody asks', () => {
  expect(at('s')).toEqual(['status:', 'since:']);
  expect(at('fn:x -st')).toEqual(['status:']);
  expect(at('n')).toEqual(['fn:', 'since:']);
  expect(at('')).toEqual([]);
  expect(at('', 0, true)).toEqual(['fn:', 'status:', 'since:']);
  expect(at('fn:x ', 5, true)).toHaveLength(3);
});

test('values are offered by any part of them, those that begin so first', () => {
  expect(at('status:e')).toEqual(['error', 'failed', 'init_error']);
  expect(at('status:error,')).toEqual(['failed', 'init_error']);
  expect(at('-fn:out')).toEqual(['checkout']);
  expect(at('FN:THUMB')).toEqual(['thumbnail']);
  expect(at('status:error'), 'it stands there').toEqual([]);
  expect(at('nothing:x')).toEqual([]);
});

test('within quotation marks any text is meant', () => {
  expect(at('"out of s')).toEqual([]);
  expect(at('"a \\" s')).toEqual([]);
  expect(at('"out of stock" s')).toEqual(['status:', 'since:']);
});

test('what is taken replaces the word at the caret, and the next term can follow', () => {
  const take = (text: string, caret: number, which = 0) => {
    const offers = complete(text, caret, KNOWN);
    const offer = offers.offers[which];
    if (!offer) throw new Error(`nothing is offered for ${text}`);
    const next = taken(text, offers, offer);
    return `${next.text.slice(0, next.caret)}|${next.text.slice(next.caret)}`;
  };
  expect(take('st', 2)).toBe('status:|');
  expect(take('-st', 3)).toBe('-status:|');
  expect(take('status:error,in', 15)).toBe('status:error,init_error |');
  expect(take('fn:thu since:1h', 5)).toBe('fn:thumbnail |since:1h');
  expect(take('fn:wor', 6)).toBe('fn:"two words" |');
});
