// Events to begin with, by what a function takes, and the names they are kept under.

import type { Fn } from '$ipc';
import { awsExamples } from './aws';
import type { Example } from './example';
import { cloudEventExamples } from './gcp';
import { requestExamples } from './http';

export type { HttpRequest } from './http';

export interface Template {
  id: string;
  label: string;
  text: string;
}

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** Of the function's first URL; an address that cannot be read has none. */
export function urlOf(fn: Fn): URL | null {
  return URL.parse(fn.urls[0] ?? '');
}

const parameterExamples: Example[] = [
  { id: 'parameters', label: 'Parameters', event: { name: 'world' } },
  { id: 'none', label: 'No parameters', event: {} },
];

const messageExamples: Example[] = [
  { id: 'nothing', label: 'Nothing, as a timer has', event: {} },
  { id: 'text', label: 'A text', event: 'hello' },
  { id: 'json', label: 'JSON', event: { name: 'world' } },
];

function examples(fn: Fn): Example[] {
  const url = urlOf(fn);
  switch (fn.takes) {
    case 'request':
      // Vercel's and Azure's routes begin at the root; everybody else's functions have their own.
      return requestExamples(['vercel', 'azure'].includes(fn.provider) ? (url?.pathname ?? '/') : '/');
    case 'cloud-event':
      return cloudEventExamples;
    case 'parameters':
      return parameterExamples;
    case 'message':
      return messageExamples;
    default:
      return awsExamples(url?.host ?? 'localhost');
  }
}

export function templates(fn: Fn): Template[] {
  return examples(fn).map(({ id, label, event }) => ({ id, label, text: pretty(event) }));
}

export function firstEvent(fn: Fn): string {
  return templates(fn)[0]?.text ?? '{}';
}

/** As it was written, but for the ending that its file has anyhow: what cannot be a file's name is refused, not changed. */
export function eventName(wanted: string): string {
  return wanted.trim().replace(/\.json$/i, '');
}
