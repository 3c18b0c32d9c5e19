// What a revision changed, in words.

import type { FileChange, RevisionChange } from '$ipc';

/** The end of a path says more than its beginning. */
export const fileName = (path: string): string => path.split('/').at(-1) ?? path;

/** `+3 −1`, `new, +12`, `removed`; where its text is not recorded, only that it changed. */
export function lines({ kind, added, removed }: FileChange): string {
  if (kind === 'removed') return 'removed';
  const counted = added === null || removed === null ? null : `+${added} −${removed}`;
  if (kind === 'added') return added === null ? 'new' : `new, +${added}`;
  return counted ?? 'changed';
}

/** `no more imports pandas`. */
export function imports({ imports_added: added, imports_removed: removed }: FileChange): string {
  return [
    added.length > 0 ? `imports ${added.join(', ')}` : '',
    removed.length > 0 ? `no more imports ${removed.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/** Everything that changed on one line; empty where nothing is known to have. */
export function summary({ files, settings }: Pick<RevisionChange, 'files' | 'settings'>): string {
  const told = files.map((file) => [`${fileName(file.path)} ${lines(file)}`, imports(file)].filter(Boolean).join(', '));
  const most = 3;
  const more = told.length > most ? [`${told.length - most} more files`] : [];
  return [...told.slice(0, most), ...more, ...settings].join(' · ');
}

export interface DiffLine {
  kind: 'add' | 'del' | 'same' | 'place';
  text: string;
  /** In the file it stands in now; in the one before for a line that went. */
  number: number | null;
}

/** A unified diff, line by line, with the numbers its places give. */
export function diffLines(diff: string): DiffLine[] {
  let [old, now] = [0, 0];
  return diff.replace(/\n$/, '').split('\n').map((line): DiffLine => {
    const place = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (place) {
      [old, now] = [Number(place[1]), Number(place[2])];
      return { kind: 'place', text: line, number: null };
    }
    const text = line.slice(1);
    if (line.startsWith('+')) return { kind: 'add', text, number: now++ };
    if (line.startsWith('-')) return { kind: 'del', text, number: old++ };
    if (line.startsWith('\\')) return { kind: 'place', text: 'no line break at the end', number: null };
    old++;
    return { kind: 'same', text, number: now++ };
  });
}

/** The moment so much after another: for what was there by then. */
export function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + Math.ceil(ms) + 1).toISOString();
}
