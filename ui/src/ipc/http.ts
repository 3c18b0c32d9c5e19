// A browser's way to the host: `POST /rpc/NAME` and an NDJSON stream, both with the token in a header. Not EventSource
// or WebSocket, because neither can send one.

import { backoff } from './backoff';
import { download } from './download';
import type { LiveBatch } from './generated/LiveBatch';
import { CallError, parseRpcError } from './transport';
import type { CommandName, Listener, Request, Response as Answer, Subscription, Transport } from './transport';

/** The host sends an empty line every five seconds: without any, the connection is dead even if nobody closed it. */
const LONGEST_SILENCE_MS = 16_000;

const UNREACHABLE_HINT = 'is the host still running? start it again with: coldframe serve --ui';

export class HttpTransport implements Transport {
  constructor(
    private readonly token: string | null,
    private readonly base: string = '',
  ) {}

  async call<N extends CommandName>(name: N, request: Request<N>, signal: AbortSignal | null = null): Promise<Answer<N>> {
    const response = await this.fetch(`/rpc/${name}`, {
      method: 'POST',
      headers: { ...this.headers(), 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    });
    const text = await response.text();
    const body = parseJson(text);
    if (response.ok && body !== undefined) return body as Answer<N>;
    throw (
      parseRpcError(body) ??
      new CallError('failed', `${name} was answered with ${response.status}${text ? `: ${text.slice(0, 200)}` : ''}`)
    );
  }

  listen(listener: Listener): Subscription {
    const live = new LiveStream(() => this.open.bind(this), listener);
    live.start();
    return live;
  }

  saveFile = download;

  link(route: string): string {
    return `${location.origin}/${route}`;
  }

  private async open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.fetch('/live', { headers: this.headers(), signal });
    if (!response.ok || !response.body) throw new CallError('unreachable', `live was answered with ${response.status}`);
    return response.body;
  }

  private async fetch(path: string, init: RequestInit): Promise<globalThis.Response> {
    let response: globalThis.Response;
    try {
      response = await fetch(this.base + path, init);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
      throw new CallError('unreachable', 'the host does not answer', UNREACHABLE_HINT);
    }
    if (response.status === 401) {
      throw new CallError('unauthorised', 'this page has no valid token', 'open the link that coldframe serve --ui printed');
    }
    return response;
  }

  private headers(): Record<string, string> {
    return this.token === null ? {} : { authorization: `Bearer ${this.token}` };
  }
}

type Open = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

/** One listener's connection, reopened until it is stopped or refused. */
class LiveStream implements Subscription {
  private readonly abort = new AbortController();
  private wake: (() => void) | null = null;
  private attempt = 0;

  constructor(
    private readonly opener: () => Open,
    private readonly listener: Listener,
  ) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.abort.abort();
    this.wake?.();
  }

  retry(): void {
    this.attempt = 0;
    this.wake?.();
  }

  private async run(): Promise<void> {
    this.listener.link({ phase: 'connecting' });
    while (!this.abort.signal.aborted) {
      try {
        const body = await this.opener()(this.abort.signal);
        this.attempt = 0;
        this.listener.link({ phase: 'live' });
        await readLines(body, (line) => this.listener.batch(JSON.parse(line) as LiveBatch));
      } catch (cause) {
        if (this.abort.signal.aborted) return;
        if (cause instanceof CallError && cause.code === 'unauthorised') {
          this.listener.link({ phase: 'refused' });
          await this.woken(null);
          continue;
        }
      }
      if (this.abort.signal.aborted) return;
      this.attempt += 1;
      const wait = backoff(this.attempt);
      this.listener.link({ phase: 'lost', retryAt: Date.now() + wait, attempt: this.attempt });
      await this.woken(wait);
    }
  }

  private woken(afterMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = afterMs === null ? undefined : setTimeout(done, afterMs);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.wake = done;
    });
  }
}

/** Calls `each` for every non-empty line until the stream ends, or says nothing for too long. */
export async function readLines(body: ReadableStream<Uint8Array>, each: (line: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let heard = Date.now();
  const silence = setInterval(() => {
    if (Date.now() - heard >= LONGEST_SILENCE_MS) void reader.cancel();
  }, 1000);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard = Date.now();
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') each(line);
    }
  } finally {
    clearInterval(silence);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
