// How a line of a log reads at a glance: its message, what a structured one says besides, how many lines follow.

import { Exact, parseExact } from '$shared/json';
import type { LogLine } from '$ipc';
import { plain } from '$shared/ansi';

export interface Glance {
  /** The first line, colours and all; of a structured one its message. */
  text: string;
  /** `key=value` of a structured line, short. */
  pairs: readonly (readonly [string, string])[];
  /** Lines behind the first. */
  more: number;
  /** The object of a structured line. */
  json: object | null;
}

/** Members that say what stands in a column of its own already. */
const TOLD = new Set(['level', 'severity', 'levelname', 'severityText', 'timestamp', 'time', 'ts', '@timestamp', 'requestId', 'request_id', 'AWSRequestId', 'pid', 'hostname', 'v']);
const MESSAGES = ['message', 'msg', 'event', 'body', 'text'];
const LONGEST_PAIR = 60;
/** One row of the screen holds no more; the rest is there when it is opened. */
const LONGEST = 600;

/** Lambda's Python joins the lines of a traceback with carriage returns. */
export function whole(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
}

export function glance(line: LogLine): Glance {
  const json = structured(line.text);
  if (json) return ofJson(json);
  const [first = '', ...rest] = whole(line.text).split('\n');
  return { text: cut(first), pairs: [], more: rest.length, json: null };
}

/** The object that the line is, if it is one. */
export function structured(text: string): object | null {
  const said = text.trim();
  if (!said.startsWith('{') || !said.endsWith('}')) return null;
  try {
    const value = parseExact(plain(said));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function ofJson(json: object): Glance {
  const members = Object.entries(json) as [string, unknown][];
  const said = MESSAGES.find((name) => typeof (json as Record<string, unknown>)[name] === 'string');
  const message = said === undefined ? '' : String((json as Record<string, unknown>)[said]);
  const pairs = members.filter(([name]) => name !== said && !TOLD.has(name)).slice(0, 8).map(([name, value]) => [name, short(value)] as const);
  const [first = '', ...rest] = whole(message).split('\n');
  return { text: cut(first), pairs, more: rest.length, json };
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : value instanceof Exact ? value.written : JSON.stringify(value);
  return text.length > LONGEST_PAIR ? `${text.slice(0, LONGEST_PAIR - 1)}…` : text;
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
