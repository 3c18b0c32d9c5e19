import { expect, test } from 'vitest';
import { another, ended, errorType } from './labels';

test('another version than the runtime names is read from what was assumed', () => {
  const says = 'it runs with Python 3.11 (python3 on the PATH), the nearest to python3.12 on this machine; to have the same: uv python install 3.12';
  expect(another({ assumed: ['timeout 3 s, as nothing sets it', says], problems: [] })).toEqual({ version: '3.11', says });
  expect(another({ assumed: ['runtime python3.12, because no file names a version'], problems: [] })).toBeNull();
});

test('a pause is told in words, and a provider’s error as it names it', () => {
  expect(ended({ status: 'throttled', error_type: 'Coldframe.Paused' })).toBe('paused');
  expect(ended({ status: 'throttled', error_type: 'ReservedFunctionConcurrentInvocationLimitExceeded' })).toBe('throttled');
  expect(errorType('Coldframe.Paused')).toContain('no call was taken');
  expect(errorType('KeyError')).toBe('KeyError');
});
