// What a body is, as far as it can be shown. A Lambda proxy answer carries its real body inside: that is what a caller sees.

import type { Payload } from '$ipc';

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
  if (!payload.base64) return { kind: 'text', text: payload.text };
  return IMAGE.test(type) && !payload.truncated ? { kind: 'image', url: dataUrl(type, payload.text) } : { kind: 'binary' };
}

/** What the answer is called in its heading: the type a caller of the function's URL would see. */
export function contentType(payload: Payload): string {
  return proxy(payload.text)?.type || mime(payload.content_type);
}

export function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}

function proxy(text: string): Proxy | null {
  if (!text.startsWith('{')) return null;
  try {
    const { statusCode, body, headers, isBase64Encoded } = JSON.parse(text) as Record<string, unknown>;
    if (typeof statusCode !== 'number' || typeof body !== 'string') return null;
    const named = Object.entries((headers ?? {}) as Record<string, unknown>).find(([name]) => name.toLowerCase() === 'content-type');
    return { body, base64: isBase64Encoded === true, type: mime(String(named?.[1] ?? '')) };
  } catch {
    return null;
  }
}

function mime(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function dataUrl(type: string, base64: string): string {
  return `data:${type};base64,${base64}`;
}
