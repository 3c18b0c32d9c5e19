// A request as fields, and as the JSON that describes it. The JSON is what is kept and sent; the fields show it.

import { Exact, parseExact } from '$shared/json';
import { pretty } from './events';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

export interface RequestFields {
  method: string;
  path: string;
  headers: Header[];
  body: string;
  /** The body is written as JSON in the description, not as a text. */
  json: boolean;
}

export interface Header {
  name: string;
  value: string;
}

const KNOWN = new Set(['method', 'path', 'headers', 'body']);

/** Null where fields would not hold all that the text says: then it is shown as JSON. */
export function fieldsOf(text: string): RequestFields | null {
  const given = parsed(text.trim() === '' ? '{}' : text);
  if (!isObject(given) || Object.keys(given).some((key) => !KNOWN.has(key))) return null;
  const { method = 'GET', path = '/', headers = {}, body = null } = given;
  if (typeof method !== 'string' || typeof path !== 'string' || !isObject(headers)) return null;
  const rows = Object.entries(headers).map(([name, value]) => ({ name, value: typeof value === 'object' ? null : String(value) }));
  if (!rows.every((row): row is Header => row.value !== null) || holdsExact(body)) return null;
  const json = body !== null && typeof body !== 'string';
  return { method, path, headers: rows, body: json ? pretty(body) : (body ?? ''), json };
}

export function textOf({ method, path, headers, body, json }: RequestFields): string {
  const value = json ? parsed(body) : undefined;
  return pretty({ method, path, headers: gathered(headers), body: body === '' ? null : value === undefined || holdsExact(value) ? body : value });
}

/** A name has one value: of two, the values follow each other, as they may in a request. Without a name there is none. */
function gathered(headers: readonly Header[]): Record<string, string> {
  const all = new Map<string, string>();
  for (const { name, value } of headers) {
    const key = name.trim();
    if (key === '') continue;
    const before = all.get(key);
    all.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(all);
}

function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Exact);

/** A number that would, or may, be another one when it is written again. */
function holdsExact(value: unknown): boolean {
  if (value instanceof Exact || (Number.isInteger(value) && !Number.isSafeInteger(value))) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsExact);
}
