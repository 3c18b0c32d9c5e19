import { expect, test } from 'vitest';
import { glance } from './logline';
import type { LogLine } from '$ipc';

const line = (text: string): LogLine => ({ id: 1, at: '2026-11-28T12:00:00Z', function_id: 1, function: 'a', resident: false, instance: 'i-1', invocation_id: null, request_id: null, stream: 'stdout', level: null, text });

test('a structured line is its message, and what else it says', () => {
  const { text, pairs, json } = glance(line('{"level":"info","timestamp":"2026","message":"handled","order":{"id":7},"note":"two words"}'));
  expect(text).toBe('handled');
  expect(pairs).toEqual([['order', '{"id":7}'], ['note', 'two words']]);
  expect(json).toMatchObject({ message: 'handled' });
  expect(glance(line('{"level":30,"msg":"pino"}')).text).toBe('pino');
  expect(glance(line('{"event":"structlog","level":"info"}')).text).toBe('structlog');
  expect(glance(line('{"a":1}'))).toMatchObject({ text: '', pairs: [['a', '1']] });
});

test('what is no object is text', () => {
  for (const text of ['{', '{}x', '{"a":', '[1,2]', 'null', '{not json}']) expect(glance(line(text))).toMatchObject({ text, json: null });
});

test('of several lines the first is shown, and how many follow', () => {
  expect(glance(line('[ERROR] KeyError\rTraceback\r  File "a.py"\n'))).toMatchObject({ text: '[ERROR] KeyError', more: 2 });
  expect(glance(line('x'.repeat(5000))).text).toHaveLength(601);
});
