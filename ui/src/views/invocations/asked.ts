// What is asked most of invocations, and what can be asked.

import type { Field, Preset } from '$domain/terms';

export const PRESETS: readonly Preset[] = [
  { label: 'Failed', term: 'status:failed', title: 'Errors, timeouts, crashes, throttled calls' },
  { label: 'Cold', term: 'cold:yes', title: 'Calls that waited for a new instance' },
  { label: 'Over 200 ms', term: 'dur:>200ms', title: 'From the event to the answer' },
  { label: 'CPU over 50 ms', term: 'cpu:>50ms', title: 'User and system time' },
  { label: 'Last hour', term: 'since:1h', title: 'Began in the last hour' },
];

export const FIELDS: readonly Field[] = [
  ['fn:thumb', 'function, any part of its name; app: and provider: likewise'],
  ['status:error,timeout', 'one of these; failed is every end but a good one'],
  ['status:404', 'the HTTP status a caller saw, as http:404'],
  ['cold:yes', 'waited for a new instance'],
  ['dur:>200ms dur:200..900ms', 'from event to answer; handler: and cpu: likewise'],
  ['mem:>=100mb', 'peak memory'],
  ['http:>=500', 'status a caller of the URL saw'],
  ['error:KeyError', 'type of the error'],
  ['since:1h until:5m', 'how long ago it began, or when: since:2026-12-01T09:30:00Z'],
  ['by:url instance:i-15 rev:3f2a id:8c1e attempt:>1', 'how it was called, and where it ran'],
  ['"out of stock"', 'in a log line, a payload or an error'],
  ['-status:ok', 'a minus turns a term round'],
];
