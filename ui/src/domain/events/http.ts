// Requests, for functions that take them as they are.

import type { Example } from './example';

/** What a request is made of. A body that is not text is sent as JSON. */
export interface HttpRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

export function requestExamples(path: string): Example[] {
  const request = (method: string, body: string | null): HttpRequest =>
    ({ method, path, headers: body === null ? {} : { 'content-type': 'application/json' }, body });
  return [
    { id: 'get', label: 'HTTP GET', event: request('GET', null) },
    { id: 'post', label: 'HTTP POST', event: request('POST', '{"name":"world"}') },
  ];
}
