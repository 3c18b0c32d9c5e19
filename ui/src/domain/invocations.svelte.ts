// A list of invocations, newest first, that stays true while more come in: pages from the record, the top from the channel.

import { asCallError, type CallError, type Invocation, type InvocationDetail } from '$ipc';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';

export interface Wanted {
  function: number | null;
  status: string | null;
  minutes?: number | null;
  /** Terms that the record understands. */
  search?: string | null;
}

const PAGE = 100;
/** More than this many live rows push out the oldest; the record still has them. */
const MOST_LIVE = 1000;

export class InvocationList {
  rows = $state.raw<Invocation[]>([]);
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);
  /** Older ones exist. */
  more = $state(false);

  #wanted: Wanted;
  #host: Host;
  #page: number;
  #refresher: Refresher;

  constructor(host: Host, wanted: Wanted, page = PAGE) {
    this.#host = host;
    this.#wanted = wanted;
    this.#page = page;
    this.#refresher = new Refresher(() => this.#first(), 2000);
  }

  attach(): () => void {
    this.#refresher.now();
    const unfollow = this.#host.follow({
      batch: (batch) => {
        const searched = Boolean(this.#wanted.search);
        if (!searched) this.#merge(batch.invocations.filter((row) => this.#matches(row)));
        // Some were not sent: the page from the record has no gaps. And a search is the record's to answer.
        if (batch.skipped > 0 || (searched && batch.invocations.length > 0)) this.#refresher.poke();
      },
      resync: () => this.#refresher.now(),
    });
    return () => {
      unfollow();
      this.#refresher.stop();
    };
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.rows = [];
    this.more = false;
    this.loading = true;
    this.#refresher.now();
  }

  async older(): Promise<void> {
    const before = this.rows.at(-1)?.id;
    if (before === undefined || this.loading) return;
    this.loading = true;
    try {
      const rows = await this.#ask(before);
      this.rows = [...this.rows, ...rows];
      this.more = rows.length === this.#page;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }

  detail(id: number): Promise<InvocationDetail> {
    return this.#host.call('invocation', { id });
  }

  async #first(): Promise<void> {
    const wanted = this.#wanted;
    try {
      const rows = await this.#ask(null);
      if (wanted !== this.#wanted) return;
      // Pages that were already loaded below stay; live rows above are in the answer.
      const oldest = rows.at(-1)?.id ?? Infinity;
      this.rows = [...rows, ...this.rows.filter((row) => row.id < oldest)];
      this.more = this.more || rows.length === this.#page;
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }

  #ask(before: number | null): Promise<Invocation[]> {
    const { function: fn, status, minutes = null, search = null } = this.#wanted;
    return this.#host.call('invocations', { function: fn, status, minutes, search, before, limit: this.#page });
  }

  #matches(row: Invocation): boolean {
    const { function: fn, status } = this.#wanted;
    return (fn === null || row.function_id === fn) && (status === null || row.status === status);
  }

  #merge(news: readonly Invocation[]): void {
    if (news.length === 0) return;
    this.rows = mergeNewest(this.rows, news).slice(0, Math.max(MOST_LIVE, this.rows.length));
  }
}

/** Rows by descending id; a row that came again replaces the one held. */
export function mergeNewest(rows: readonly Invocation[], news: readonly Invocation[]): Invocation[] {
  const fresh = new Map(news.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const newer = fresh.get(row.id);
    if (newer) fresh.delete(row.id);
    return newer ?? row;
  });
  if (fresh.size === 0) return kept;
  const added = [...fresh.values()].sort((a, b) => b.id - a.id);
  const top = kept[0]?.id ?? -Infinity;
  // Almost always all of the new ones are newer than all that is held.
  if ((added.at(-1)?.id ?? Infinity) > top) return [...added, ...kept];
  return [...added, ...kept].sort((a, b) => b.id - a.id);
}
