// Events to begin with, by provider, and the names they are kept under.

import type { Fn } from '$ipc';
import { awsExamples } from './aws';
import type { Example } from './example';

export interface Template {
  id: string;
  label: string;
  text: string;
}

/** What a request to a Vercel function is made of. */
export interface HttpRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** Of the function's first URL; an address that cannot be read has none. */
export function urlOf(fn: Fn): URL | null {
  return URL.parse(fn.urls[0] ?? '');
}

function vercelExamples(path: string): Example[] {
  const request = (method: string, body: string | null): HttpRequest =>
    ({ method, path, headers: body === null ? {} : { 'content-type': 'application/json' }, body });
  return [
    { id: 'get', label: 'HTTP GET', event: request('GET', null) },
    { id: 'post', label: 'HTTP POST', event: request('POST', '{"name":"world"}') },
  ];
}

export function templates(fn: Fn): Template[] {
  const url = urlOf(fn);
  const examples = fn.provider === 'vercel' ? vercelExamples(url?.pathname ?? '/') : awsExamples(url?.host ?? 'localhost');
  return examples.map(({ id, label, event }) => ({ id, label, text: pretty(event) }));
}

export function firstEvent(fn: Fn): string {
  return templates(fn)[0]?.text ?? '{}';
}

/** A name that is also a file name. */
export function eventName(wanted: string): string {
  return wanted.trim().replace(/\.json$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|-+$/g, '') || 'event';
}
