// What a body is, as far as it can be shown. A Lambda proxy answer carries its real body inside: that is what a caller sees.

import type { Payload } from '$ipc';
import { indented } from '$shared/json';

export type Shown = { kind: 'text'; text: string } | { kind: 'image'; url: string } | { kind: 'binary' };

const IMAGE = /^image\/(png|jpeg|gif|webp|avif|svg\+xml)$/;

interface Proxy {
  body: string;
  base64: boolean;
  type: string;
}

export function decode(payload: Payload): Shown {
  const type = mime(payload.content_type);
  const inner = payload.base64 || payload.truncated ? null : proxy(payload.text);
  if (inner && IMAGE.test(inner.type) && inner.base64) return { kind: 'image', url: dataUrl(inner.type, inner.body) };
  if (!payload.base64) return { kind: 'text', text: streamed(payload)?.body ?? payload.text };
  return IMAGE.test(type) && !payload.truncated ? { kind: 'image', url: dataUrl(type, payload.text) } : { kind: 'binary' };
}

/** What the answer is called in its heading: the type a caller of the function's URL would see. */
export function contentType(payload: Payload): string {
  return streamed(payload)?.type || proxy(payload.text)?.type || mime(payload.content_type);
}

/** Longer ones stand as they came: to lay them out would hold up the page. */
const LAID_OUT = 500_000;

export function pretty(text: string): string {
  if (text.length > LAID_OUT) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? indented(text) : text;
  } catch {
    return text;
  }
}

function proxy(text: string): Proxy | null {
  if (!text.startsWith('{')) return null;
  try {
    const { statusCode, body, headers, isBase64Encoded } = JSON.parse(text) as Record<string, unknown>;
    if (typeof statusCode !== 'number' || typeof body !== 'string') return null;
    return { body, base64: isBase64Encoded === true, type: typeOf(headers) };
  } catch {
    return null;
  }
}

/** A streamed HTTP answer: metadata as JSON, eight NULs, then the body. */
function streamed(payload: Payload): { type: string; body: string } | null {
  if (payload.base64 || mime(payload.content_type) !== 'application/vnd.awslambda.http-integration-response') return null;
  const end = payload.text.indexOf('\0'.repeat(8));
  return end < 0 ? null : { type: headerType(payload.text.slice(0, end)), body: payload.text.slice(end + 8) };
}

function headerType(metadata: string): string {
  try {
    const { headers } = JSON.parse(metadata) as { headers?: Record<string, unknown> };
    return typeOf(headers);
  } catch {
    return '';
  }
}

function typeOf(headers: unknown): string {
  const named = Object.entries((headers ?? {}) as Record<string, unknown>).find(([name]) => name.toLowerCase() === 'content-type');
  return mime(String(named?.[1] ?? ''));
}

function mime(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function dataUrl(type: string, base64: string): string {
  return `data:${type};base64,${base64}`;
}
