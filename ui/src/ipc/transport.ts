// The seam between the interface and its host. Two transports exist (a browser over HTTP, the window over Tauri), and
// one made up for tests; nothing above this folder knows which one it has.

import type { Commands } from './generated/Commands';
import type { ErrorCode } from './generated/ErrorCode';
import type { LiveBatch } from './generated/LiveBatch';

export type CommandName = keyof Commands;
export type Request<N extends CommandName> = Commands[N]['request'];
export type Response<N extends CommandName> = Commands[N]['response'];

/** How the live channel stands. `refused` does not come back by itself: the token is not (or no longer) good. */
export type Link =
  | { phase: 'connecting' }
  | { phase: 'live' }
  | { phase: 'lost'; retryAt: number; attempt: number }
  | { phase: 'refused' };

export interface Listener {
  batch(batch: LiveBatch): void;
  link(link: Link): void;
}

/** A running subscription. */
export interface Subscription {
  stop(): void;
  /** Do not wait for the back-off. */
  retry(): void;
}

export interface NativeAction {
  id: string;
  group: string;
  label: string;
}

export interface Transport {
  /** `signal`: nobody waits for the answer any more; a transport that can has the work given up. */
  call<N extends CommandName>(name: N, request: Request<N>, signal?: AbortSignal): Promise<Response<N>>;
  listen(listener: Listener): Subscription;
  /** The system's folder dialog; absent where there is none and a path has to be typed. */
  pickFolder?: () => Promise<string | null>;
  /** Lists what can be done in the window's own menu, which says by its id what was chosen; absent where there is none. */
  showActions?: (actions: readonly NativeAction[], chosen: (id: string) => void) => void;
  /** The colour that the page stands on, for the window to begin with the next time; absent where there is no window of ours. */
  keepGround?: (colour: string) => void;
  /** What leads back to a route from outside: an address, or what `coldframe-desktop --open` takes. */
  link(route: string): string;
  /** Gives a text to the person as a file. Resolves with where it went, or null if they chose none after all. */
  saveFile(name: string, mediaType: string, text: string): Promise<string | null>;
}

export type Failure = ErrorCode | 'unreachable' | 'unauthorised';

/** What every failed call throws: a sentence for the person, and a code where somebody branches on it. */
export class CallError extends Error {
  constructor(
    readonly code: Failure,
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = 'CallError';
  }
}

/** Any thrown thing as a CallError, for `catch` clauses. */
export function asCallError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CallError('failed', message);
}

const CODES: readonly string[] = ['not_found', 'invalid', 'conflict', 'no_project', 'failed'] satisfies ErrorCode[];

/** The host's own error body, or null when it is something else. */
export function parseRpcError(body: unknown): CallError | null {
  if (typeof body !== 'object' || body === null) return null;
  const { code, message, hint } = body as Record<string, unknown>;
  if (typeof message !== 'string') return null;
  const known = typeof code === 'string' && CODES.includes(code) ? (code as ErrorCode) : 'failed';
  return new CallError(known, message, typeof hint === 'string' ? hint : null);
}
