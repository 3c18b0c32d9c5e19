// What is asked most of log lines, and what can be asked.

import type { Field, Preset } from './terms';

export const PRESETS: readonly Preset[] = [
  { label: 'Errors', term: 'level:>=error', title: 'Lines that say they are errors, or worse' },
  { label: 'Warnings', term: 'level:>=warn', title: 'Warnings and what is worse' },
  { label: 'stderr', term: 'stream:stderr', title: 'Written to standard error' },
  { label: "Not the provider's", term: '-stream:platform', title: 'Without START, END, REPORT and the like' },
  { label: 'Not the twin’s', term: 'twin:no', title: 'Without what resident twins write' },
  { label: 'Failed calls', term: 'status:failed', title: 'Lines of calls that ended badly' },
];

/** Of the lines of one function. */
export const OF_ONE: readonly Field[] = [
  ['level:>=warn', 'what a line says of itself: trace, debug, info, warn, error, fatal; level:error,fatal names some'],
  ['stream:stderr', 'stdout, stderr or platform, which are the provider’s own'],
  ['twin:yes', 'written by the resident twin, or not'],
  ['since:1h until:5m', 'how long ago it was written, or when: since:2026-12-01T09:30:00Z'],
  ['"out of stock"', 'anywhere in it, whatever the case and the colours'],
  ['status:failed cold:yes dur:>200ms', 'of the call it was written in; all that can be asked of invocations'],
  ['instance:i-15 request:8c1e', 'where it ran, for which request'],
  ['-stream:platform', 'a minus turns a term round'],
];

export const FIELDS: readonly Field[] = [['fn:thumb', 'function, any part of its name; app: and provider: likewise'], ...OF_ONE];
