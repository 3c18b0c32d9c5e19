import { expect, test } from 'vitest';
import type { FileChange } from '$ipc';
import { diffLines, summary } from './changes';

const file = (changes: Partial<FileChange>): FileChange => ({ path: 'thumbnail/app.py', kind: 'changed', added: 3, removed: 1, imports_added: [], imports_removed: [], diff: null, note: null, ...changes });

test('a change is told on one line, whatever is known of it', () => {
  expect(summary({ files: [file({ imports_removed: ['pandas'] })], settings: [] })).toBe('app.py +3 −1, no more imports pandas');
  expect(summary({ files: [file({ kind: 'added', removed: 0 }), file({ path: 'a/.env', added: null, removed: null })], settings: ['memory 128 MB → 512 MB'] })).toBe('app.py new, +3 · .env changed · memory 128 MB → 512 MB');
  expect(summary({ files: [1, 2, 3, 4, 5].map((n) => file({ path: `${n}.py`, kind: 'removed' })), settings: [] })).toBe('1.py removed · 2.py removed · 3.py removed · 2 more files');
  expect(summary({ files: [], settings: [] })).toBe('');
});

test('lines of a diff have the numbers of their file', () => {
  const all = diffLines('@@ -4,3 +4,3 @@\n same\n-old\n+new\n+newer\n\\ No newline at end of file\n');
  expect(all.map(({ kind, number }) => [kind, number])).toEqual([['place', null], ['same', 4], ['del', 5], ['add', 5], ['add', 6], ['place', null]]);
  expect(all[3]?.text).toBe('new');
});
