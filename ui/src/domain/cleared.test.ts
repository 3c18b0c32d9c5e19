import { expect, test } from 'vitest';
import { listed, parts } from './cleared';

test('all that goes is named, and nothing that does not', () => {
  const gone = { invocations: 1200, payloads: 1, log_lines: 0, events: 3, sources: 0, figures: 0 };
  expect(listed(parts(gone))).toBe('1,200 invocations, 1 recorded request with its response and 3 instances, reloads and load tests');
  expect(listed(parts({ invocations: 0, payloads: 0, log_lines: 0, events: 0, sources: 0, figures: 0 }))).toBe('');
  expect(listed(['one'])).toBe('one');
});
