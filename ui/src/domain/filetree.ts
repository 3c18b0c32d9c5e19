// Files in their folders, as the rows of a list: folders before files, each by its name.

export interface TreeRow<T> {
  /** The folder's path, or the file's. */
  path: string;
  name: string;
  /** Folders around it. */
  depth: number;
  /** Null for a folder. */
  file: T | null;
}

interface Folder<T> {
  folders: Map<string, Folder<T>>;
  files: { name: string; file: T }[];
}

const empty = <T>(): Folder<T> => ({ folders: new Map(), files: [] });

export function treeRows<T extends { path: string }>(files: readonly T[]): TreeRow<T>[] {
  const root = empty<T>();
  for (const file of files) {
    const folders = file.path.split(/[\\/]/).filter(Boolean);
    const name = folders.pop() ?? file.path;
    let at = root;
    for (const folder of folders) {
      const next = at.folders.get(folder) ?? empty<T>();
      at.folders.set(folder, next);
      at = next;
    }
    at.files.push({ name, file });
  }
  return rows(root, '', 0);
}

const byName = (a: string, b: string): number => a.localeCompare(b, 'en');

function rows<T extends { path: string }>(folder: Folder<T>, within: string, depth: number): TreeRow<T>[] {
  const folders = [...folder.folders].sort(([a], [b]) => byName(a, b)).flatMap(([name, inner]) => {
    const [path, whole, last] = alone(within + name, name, inner);
    return [{ path, name: whole, depth, file: null }, ...rows(last, `${path}/`, depth + 1)];
  });
  const files = [...folder.files].sort((a, b) => byName(a.name, b.name)).map(({ name, file }) => ({ path: file.path, name, depth, file }));
  return [...folders, ...files];
}

/** Folders that hold nothing but one other stand in one row. */
function alone<T>(path: string, name: string, folder: Folder<T>): [string, string, Folder<T>] {
  const [only] = folder.folders;
  if (!only || folder.folders.size > 1 || folder.files.length > 0) return [path, name, folder];
  return alone(`${path}/${only[0]}`, `${name}/${only[0]}`, only[1]);
}
