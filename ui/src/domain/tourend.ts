// The last step of the guided start: how much of the table has happened, and what is still to be done for it.

import type { RowKind, SideBySide, SideRow } from '$ipc';

export type Aim =
  /** Nothing: rows go on, or nobody has looked yet. */
  | { to: 'going' }
  /** All rows, by one button. */
  | { to: 'all' }
  /** One row, which came to nothing. */
  | { to: 'row'; row: RowKind; title: string }
  /** An answer that is given before a row is seen. */
  | { to: 'guess'; row: RowKind; title: string }
  /** What only the person can say. */
  | { to: 'hours'; title: string }
  | { to: 'export' };

type Table = Pick<SideBySide, 'rows' | 'running' | 'failures'>;

export function aimOf({ rows, running, failures }: Table, answered: (row: SideRow) => boolean): Aim {
  if (running) return { to: 'going' };
  const missing = rows.filter(({ result }) => result === null);
  const failed = missing.find(({ row }) => failures.some((failure) => failure.row === row));
  if (failed) return { to: 'row', row: failed.row, title: failed.title };
  if (missing.length > 0) return { to: 'all' };
  const asked = rows.find((row) => !answered(row));
  if (asked) return { to: 'guess', row: asked.row, title: asked.title };
  const open = rows.find(({ result }) => result?.open);
  return open ? { to: 'hours', title: open.title } : { to: 'export' };
}

/** What the step still waits for; null where its own words say it. */
export function waitsFor(aim: Aim, table: Table): string | null {
  switch (aim.to) {
    case 'all':
      return null;
    case 'going':
      return 'One row after the other happens now: about a minute and a half in all.';
    case 'row':
      return `${aim.title} came to nothing: its card says why. Do it again there.`;
    case 'guess':
      return `${aim.title} is done and not shown yet: say first which side is cheaper for each of the two, or press "Show it".`;
    case 'hours':
      return `${share(table)} ${aim.title} waits for you: say your own hours there, or leave it and export the page as it is.`;
    case 'export':
      return `${share(table)} Export it: one page, with what each figure rests on.`;
  }
}

/** The page was saved; null while rows of it have never happened. */
export function saved(table: Table): string | null {
  const { rows } = table;
  if (rows.some(({ result }) => result === null)) return null;
  const open = rows.filter(({ result }) => result?.open).map(({ title }) => title);
  const waits = open.length === 0 ? '' : ` ${open.join(' and ')} waits for your own hours: say them on its card, and export it again.`;
  return `${share(table)} The page that says so is saved.${waits}`;
}

/** What waits for the person has not happened. */
function share({ rows }: Table): string {
  const done = rows.filter(({ result }) => result !== null && !result.open).length;
  return done === rows.length ? `All ${rows.length} rows of the table have happened to a function of yours.` : `${done} of ${rows.length} rows of the table have happened to a function of yours.`;
}
