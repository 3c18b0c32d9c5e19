// Events to begin with, in the shapes the providers document.

import type { Fn } from '$ipc';

export interface Template {
  id: string;
  label: string;
  text: string;
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** Payload format 2.0 of a function URL: docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
function urlEvent(method: string, body: string | null): unknown {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { host: 'localhost', ...(body === null ? {} : { 'content-type': 'application/json' }) },
    requestContext: { http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'coldframe' } },
    ...(body === null ? {} : { body }),
    isBase64Encoded: false,
  };
}

function request(fn: Fn, method: string, body: string | null): unknown {
  return { method, path: pathOf(fn), headers: body === null ? {} : { 'content-type': 'application/json' }, body };
}

function pathOf(fn: Fn): string {
  try {
    return new URL(fn.urls[0] ?? '').pathname;
  } catch {
    return '/';
  }
}

export function templates(fn: Fn): Template[] {
  if (fn.provider === 'vercel') {
    return [
      { id: 'get', label: 'HTTP GET', text: pretty(request(fn, 'GET', null)) },
      { id: 'post', label: 'HTTP POST', text: pretty(request(fn, 'POST', '{"name":"world"}')) },
    ];
  }
  return [
    { id: 'hello', label: 'Plain JSON', text: pretty({ name: 'world' }) },
    { id: 'get', label: 'Function URL, GET', text: pretty(urlEvent('GET', null)) },
    { id: 'post', label: 'Function URL, POST', text: pretty(urlEvent('POST', '{"name":"world"}')) },
    { id: 'empty', label: 'Empty object', text: '{}' },
  ];
}

export function firstEvent(fn: Fn): string {
  return templates(fn)[0]?.text ?? '{}';
}

/** A name that is also a file name. */
export function eventName(wanted: string): string {
  return wanted.trim().replace(/\.json$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|-+$/g, '') || 'event';
}
