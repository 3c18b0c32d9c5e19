// What a search can ask, with the names of this project's functions and what is usually compared with. The language is
// the record's (`report/src/search/`), where a test asks each of these.

import type { Fn } from '$ipc';
import type { Asked } from './completion';
import { STATUS_IDS, TRIGGER_IDS } from './labels';

const AGO = ['5m', '15m', '1h', '24h', '7d'];
const TIMES = ['>50ms', '>100ms', '>200ms', '>1s', '>10s'];

export const OF_CALLS: readonly Asked[] = [
  { name: 'status', says: 'how it ended; failed is every end but a good one; or an HTTP status', values: ['failed', ...STATUS_IDS], many: true },
  { name: 'cold', says: 'waited for a new instance', values: ['yes', 'no'] },
  { name: 'dur', says: 'from event to answer', values: [...TIMES, '200..900ms'] },
  { name: 'handler', says: 'time in the function’s own code', values: TIMES },
  { name: 'cpu', says: 'user and system time', values: TIMES },
  { name: 'mem', says: 'peak memory', values: ['>64mb', '>128mb', '>256mb', '>512mb', '>1gb'] },
  { name: 'http', says: 'status a caller of the URL saw', values: ['>=500', '>=400', '404', '502', '200'] },
  { name: 'error', says: 'type of the error', values: [] },
  { name: 'since', says: 'began within so long', values: AGO },
  { name: 'until', says: 'began before that', values: AGO },
  { name: 'by', says: 'how it was called', values: TRIGGER_IDS },
  { name: 'attempt', says: 'which try it was', values: ['>1', '1', '2', '3'] },
  { name: 'request', says: 'its id, or the beginning of it', values: [] },
];

export const OF_LINES: readonly Asked[] = [
  { name: 'level', says: 'what a line says of itself', values: ['>=warn', '>=error', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'], many: true },
  { name: 'stream', says: 'where it was written', values: ['stdout', 'stderr', 'platform'], many: true },
  { name: 'twin', says: 'whether its resident twin wrote it', values: ['yes', 'no'] },
  ...OF_CALLS,
];

const once = (all: readonly string[]): string[] => [...new Set(all)].sort((a, b) => a.localeCompare(b));

/** Of several functions their names come first. */
export function vocabulary(fields: readonly Asked[], functions: readonly Fn[], named: boolean): readonly Asked[] {
  const instances = once(functions.flatMap(({ pool }) => pool.instances.map(({ name }) => name)));
  const revisions = once(functions.flatMap(({ revision }) => (revision ? [revision.slice(0, 6)] : [])));
  const places: readonly Asked[] = [
    { name: 'instance', says: 'where it ran', values: instances },
    { name: 'rev', says: 'which code it ran', values: revisions },
  ];
  if (!named) return [...fields, ...places];
  const names: readonly Asked[] = [
    { name: 'fn', says: 'function, any part of its name', values: once(functions.map(({ name }) => name)) },
    { name: 'app', says: 'app, any part of its name', values: once(functions.map(({ app }) => app)) },
    { name: 'provider', says: 'whose contract', values: once(functions.map(({ provider }) => provider)) },
  ];
  return [...names, ...fields, ...places];
}
