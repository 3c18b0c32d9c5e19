import { expect, test } from 'vitest';
import { treeRows } from './filetree';

const shown = (...paths: string[]): string[] => treeRows(paths.map((path) => ({ path }))).map(({ name, depth, file }) => `${'  '.repeat(depth)}${name}${file ? '' : '/'}`);

test('files stand below their folders, folders first', () => {
  expect(shown('app.py', 'lib/z.py', 'lib/deep/a.py', 'lib/b.py', 'README.md')).toEqual(['lib/', '  deep/', '    a.py', '  b.py', '  z.py', 'app.py', 'README.md']);
});

test('folders that hold one folder alone are one row', () => {
  expect(shown('src/main/java/garden/Plain.java', 'src/main/java/garden/Other.java')).toEqual(['src/main/java/garden/', '  Other.java', '  Plain.java']);
});

test('files without folders are a plain list, and every file keeps its path', () => {
  expect(shown('b.py', 'a.py')).toEqual(['a.py', 'b.py']);
  expect(treeRows([{ path: 'lib/a.py' }]).map(({ path }) => path)).toEqual(['lib', 'lib/a.py']);
});
