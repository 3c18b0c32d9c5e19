import { expect, test } from 'vitest';
import type { Action } from '$shared/actions.svelte';
import { rank } from './rank';

const action = (id: string, label: string, detail?: string): Action => ({ id, group: 'Go', label, ...(detail ? { detail } : {}), run: () => undefined });
const list = [action('logs', 'Logs'), action('f-logs', 'thumbnail: Logs', 'Python 3.12 · AWS Lambda'), action('sleep', 'Put thumbnail to sleep'), action('load', 'Load')];
const ids = (typed: string, recent: string[] = []): string[] => rank(list, typed, recent).map(({ id }) => id);

test('nothing typed lists all, in their order', () => {
  expect(ids(' ')).toEqual(['logs', 'f-logs', 'sleep', 'load']);
});

test('letters anywhere find it, the best fit first', () => {
  expect(ids('log')).toEqual(['logs', 'f-logs']);
  expect(ids('thmb')).toEqual(['f-logs', 'sleep']);
  expect(ids('thu l').at(0), 'the beginning of a word before the middle of another').toBe('f-logs');
  expect(ids('aws')).toEqual(['f-logs']);
  expect(ids('nothing of the kind')).toEqual([]);
});

test('what was done before comes first among equals', () => {
  expect(ids('thumbnail').at(0)).toBe('f-logs');
  expect(ids('sleep thumb', ['sleep']).at(0)).toBe('sleep');
  expect(ids('lo', ['load']).at(0)).toBe('load');
});
