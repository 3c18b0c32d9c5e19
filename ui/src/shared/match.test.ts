import { expect, test } from 'vitest';
import { fit } from './match';

const best = (typed: string, names: readonly string[]): string[] =>
  names.filter((name) => fit(typed, name) > 0).sort((a, b) => fit(typed, b) - fit(typed, a));

test('the beginning of a name comes before its middle, and what does not fit is left out', () => {
  expect(best('th', ['months', 'image-thumbs', 'thumbnail', 'hello'])).toEqual(['thumbnail', 'image-thumbs', 'months']);
});

test('a few letters in order are enough, two are not', () => {
  expect(best('thmb', ['thumbnail', 'hello'])).toEqual(['thumbnail']);
  expect(best('tl', ['thumbnail'])).toEqual([]);
});

test('what is said of something finds it, after everything of that name', () => {
  expect(fit('pyt', 'hello', ['Python 3.12'])).toBeGreaterThan(0);
  expect(fit('pyt', 'hello', ['Python 3.12'])).toBeLessThan(fit('pyt', 'python-report'));
  expect(fit('yth', 'hello', ['Python 3.12']), 'from its beginning').toBe(0);
  expect(fit('hello rust', 'hello', ['Python 3.12']), 'every word counts').toBe(0);
});
