// Log lines as they come, of one function or of all: the last ones from the record, then the channel.

import { asCallError, type CallError, type LogLine } from '$ipc';
import type { Host } from './host.svelte';

const FIRST = 500;
const MOST = 2000;

export class LogTail {
  lines = $state.raw<LogLine[]>([]);
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);
  filter = $state('');
  /** Keep the newest line in view. */
  follow = $state(true);
  /** Lines from before this id were cleared from the screen; the record keeps them. */
  #clearedAt = $state(0);
  #newest = 0;

  readonly shown = $derived.by(() => {
    const wanted = this.filter.trim().toLowerCase();
    return this.lines.filter((line) => line.id > this.#clearedAt && matches(line, wanted));
  });

  constructor(
    private readonly host: Host,
    private readonly fn: number | null,
  ) {}

  attach(): () => void {
    void this.#ask(null);
    return this.host.follow({
      batch: (batch) => this.#add(batch.logs.filter((line) => this.fn === null || line.function_id === this.fn)),
      resync: () => void this.#ask(this.#newest || null),
    });
  }

  clear(): void {
    this.#clearedAt = this.#newest;
  }

  async #ask(after: number | null): Promise<void> {
    try {
      this.#add(await this.host.call('logs', { function: this.fn, after, limit: FIRST }));
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }

  #add(lines: readonly LogLine[]): void {
    const known = new Set(this.lines.slice(-FIRST).map((line) => line.id));
    // `add` in the test: a line that comes twice in one batch is one line too.
    const news = lines.filter((line) => !known.has(line.id) && known.add(line.id));
    if (news.length === 0) return;
    const merged = [...this.lines, ...news];
    if (news.some((line) => line.id < this.#newest)) merged.sort((a, b) => a.id - b.id);
    this.lines = merged.slice(-MOST);
    this.#newest = Math.max(this.#newest, ...news.map((line) => line.id));
  }
}

function matches(line: LogLine, wanted: string): boolean {
  if (wanted === '') return true;
  return (
    line.text.toLowerCase().includes(wanted) ||
    line.function.toLowerCase() === wanted ||
    line.instance === wanted ||
    (line.request_id ?? '').startsWith(wanted)
  );
}
