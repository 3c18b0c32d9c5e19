// The words of a search that buttons put in and take out. What they mean is the record's business.

export interface Preset {
  label: string;
  term: string;
  title: string;
}

export const PRESETS: readonly Preset[] = [
  { label: 'Failed', term: 'status:failed', title: 'Errors, timeouts, crashes, throttled calls' },
  { label: 'Cold', term: 'cold:yes', title: 'Calls that waited for a new instance' },
  { label: 'Over 200 ms', term: 'dur:>200ms', title: 'From the event to the answer' },
  { label: 'CPU over 50 ms', term: 'cpu:>50ms', title: 'User and system time' },
  { label: 'Last hour', term: 'since:1h', title: 'Began in the last hour' },
];

/** What can be asked for, for those who look it up. */
export const FIELDS: readonly (readonly [string, string])[] = [
  ['fn:thumb', 'function, any part of its name; app: and provider: likewise'],
  ['status:error,timeout', 'one of these; failed is every end but a good one'],
  ['cold:yes', 'waited for a new instance'],
  ['dur:>200ms', 'from event to answer; handler: and cpu: likewise'],
  ['mem:>=100mb', 'peak memory'],
  ['http:>=500', 'status a caller of the URL saw'],
  ['error:KeyError', 'type of the error'],
  ['since:1h until:5m', 'how long ago it began'],
  ['by:url instance:i-15 rev:3f2a id:8c1e attempt:>1', 'how it was called, and where it ran'],
  ['"out of stock"', 'in a log line, a payload or an error'],
  ['-status:ok', 'a minus turns a term round'],
];

export const has = (search: string, term: string): boolean => search.split(/\s+/).includes(term);

/** Puts the term at the end, or takes it out. */
export function toggled(search: string, term: string): string {
  if (!has(search, term)) return [search.trim(), term].filter(Boolean).join(' ');
  // Only whole words are taken out: what is in quotation marks stays.
  return search
    .split(/(\s+)/)
    .filter((word) => word !== term)
    .join('')
    .replace(/\s{2,}/g, ' ')
    .trim();
}
