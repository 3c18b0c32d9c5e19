// A list of invocations, newest first: a stretch of the record that grows at either end as it is scrolled, and that the
// channel keeps true while its newest end is looked at. However long the record, only so many rows are held.

import { asCallError, type CallError, type Invocation, type InvocationDetail } from '$ipc';
import type { Host } from './host.svelte';
import { Paced } from './paced';
import { Refresher } from './refresh';

export interface Wanted {
  function: number | null;
  status: string | null;
  minutes?: number | null;
  /** Terms that the record understands. */
  search?: string | null;
}

const PAGE = 200;
/** More than this many live rows push out the oldest; the record still has them. */
const MOST_LIVE = 1000;
/** Beyond this the end that is farther away is let go, and read again when it is scrolled to. */
const MOST_HELD = 4000;
/** So many come together; of a flood, the newest rows of the record now and then. */
const BURST = 200;
const NEWEST_MS = 1000;

export class InvocationList {
  rows = $state.raw<Invocation[]>([]);
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);
  /** Older ones exist. */
  more = $state(false);
  /** Newer ones exist that are not held. */
  newer = $state(false);
  /** They come faster than anybody reads: the newest ones are other ones each time. */
  flooded = $state(false);
  /** What a link names and the record has no more. */
  missing = $state<number | null>(null);

  #wanted: Wanted;
  #host: Host;
  #page: number;
  #asked = 0;
  /** What is asked now; given up with it. */
  #questions = new AbortController();
  #reading = false;
  #revealing = false;
  /** Somebody reads further down: what comes waits. */
  #held = false;
  /** Nobody followed what happened to the rows that are held. */
  #stale = false;
  #refresher: Refresher;
  #paced = new Paced<Invocation>((news, missed) => {
    this.#merge(news);
    this.flooded = missed > 0;
    if (this.flooded) this.#refresher.poke();
  }, BURST);

  constructor(host: Host, wanted: Wanted, page = PAGE) {
    this.#host = host;
    this.#wanted = wanted;
    this.#page = page;
    this.#refresher = new Refresher(() => this.#first(), NEWEST_MS);
  }

  attach(): () => void {
    // Rows of an earlier look stand until the newest are known; what is below those may be gone meanwhile.
    this.#held = false;
    this.#stale = true;
    if (!this.#revealing) this.#refresher.anew();
    const unfollow = this.#host.follow({
      batch: (batch) => {
        const searched = Boolean(this.#wanted.search);
        if (!searched) this.#come(batch.invocations.filter((row) => this.#matches(row)));
        // Some were not sent: the page from the record has no gaps. And a search is the record's to answer.
        if (batch.skipped.some((calls) => this.#of(calls)) || (searched && batch.invocations.length > 0)) this.#refresher.poke();
      },
      resync: () => this.#refresher.now(),
    });
    return () => {
      unfollow();
      this.#giveUp();
      this.#refresher.stop();
      this.#paced.stop();
    };
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#begin();
    this.#refresher.anew();
  }

  /** Whether the newest row is being looked at. */
  look(atTop: boolean): void {
    if (this.#held === !atTop) return;
    this.#held = !atTop;
    if (atTop && !this.newer) this.#refresher.poke();
  }

  /** Back to the newest ones. */
  latest(): void {
    this.#held = false;
    if (!this.newer) return;
    this.#begin();
    void this.#first();
  }

  older(): Promise<void> {
    const before = this.rows.at(-1)?.id;
    if (before === undefined || !this.more) return Promise.resolve();
    return this.#grow(async () => {
      const page = await this.#ask({ before });
      const rows = [...this.rows, ...page];
      this.more = page.length === this.#page;
      this.newer ||= rows.length > MOST_HELD;
      this.rows = rows.slice(-MOST_HELD);
    });
  }

  younger(): Promise<void> {
    const after = this.rows[0]?.id;
    if (after === undefined || !this.newer) return Promise.resolve();
    return this.#grow(async () => {
      const page = await this.#ask({ after });
      const rows = [...page, ...this.rows];
      this.newer = page.length === this.#page;
      this.more ||= rows.length > MOST_HELD;
      this.rows = rows.slice(0, MOST_HELD);
    });
  }

  /** Holds what a link names, with those before and after it, whatever its age. */
  async reveal(id: number): Promise<void> {
    const asked = this.#begin();
    this.#revealing = true;
    try {
      const { invocation } = await this.detail(id);
      const [younger, older] = await Promise.all([this.#ask({ after: id }), this.#ask({ before: id })]);
      if (asked !== this.#asked) return;
      this.rows = [...younger, invocation, ...older];
      this.newer = younger.length === this.#page;
      this.more = older.length === this.#page;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      const failure = asCallError(thrown);
      if (failure.code !== 'not_found') this.failure = failure;
      else this.missing = id;
    } finally {
      if (asked === this.#asked) this.#revealing = this.loading = false;
    }
    if (this.missing !== null) await this.#first();
  }

  detail(id: number): Promise<InvocationDetail> {
    return this.#host.call('invocation', { id });
  }

  /** Nothing is held; answers to what was asked before are not taken. */
  #begin(): number {
    this.rows = [];
    this.more = this.newer = this.#reading = this.#revealing = false;
    this.loading = true;
    this.failure = null;
    this.missing = null;
    return this.#giveUp();
  }

  #giveUp(): number {
    this.#questions.abort();
    this.#questions = new AbortController();
    return ++this.#asked;
  }

  async #first(): Promise<void> {
    if (this.newer || this.#revealing || (this.#held && this.rows.length > 0)) return;
    const asked = this.#asked;
    try {
      const page = await this.#ask({});
      if (asked !== this.#asked || this.newer) return;
      const full = page.length === this.#page;
      const oldest = page.at(-1)?.id ?? Infinity;
      // Pages that were already loaded below stay where they join; live rows above are in the answer.
      const joins = !this.#stale && (!full || (this.rows[0]?.id ?? Infinity) >= oldest);
      this.rows = joins ? [...page, ...this.rows.filter((row) => row.id < oldest)] : page;
      this.more = full || (joins && this.more);
      this.#stale = false;
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asCallError(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** One page at a time. */
  async #grow(read: () => Promise<void>): Promise<void> {
    if (this.#reading || this.loading) return;
    this.#reading = true;
    const asked = this.#asked;
    try {
      await read();
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asCallError(thrown);
    } finally {
      if (asked === this.#asked) this.#reading = false;
    }
  }

  #ask(edge: { before?: number; after?: number }): Promise<Invocation[]> {
    const { function: fn, status, minutes = null, search = null } = this.#wanted;
    return this.#host.call('invocations', { function: fn, status, minutes, search, before: edge.before ?? null, after: edge.after ?? null, limit: this.#page }, this.#questions.signal);
  }

  #of({ function_id: id }: { function_id: number }): boolean {
    return this.#wanted.function === null || this.#wanted.function === id;
  }

  #matches(row: Invocation): boolean {
    const { status } = this.#wanted;
    return this.#of(row) && (status === null || row.status === status);
  }

  #come(rows: readonly Invocation[]): void {
    const held = new Set(this.rows.map(({ id }) => id));
    // A row on screen says that its call has ended, however many others come.
    const [known, fresh] = [rows.filter(({ id }) => held.has(id)), rows.filter(({ id }) => !held.has(id))];
    this.#paced.add(fresh, known);
  }

  #merge(news: readonly Invocation[]): void {
    if (this.#held || this.newer) {
      // Those that are held may have ended; the others wait in the record.
      const held = new Set(this.rows.map(({ id }) => id));
      const known = news.filter(({ id }) => held.has(id));
      if (known.length < news.length) this.newer = true;
      if (known.length > 0) this.rows = mergeNewest(this.rows, known);
      return;
    }
    this.rows = mergeNewest(this.rows, news).slice(0, Math.max(MOST_LIVE, Math.min(MOST_HELD, this.rows.length)));
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
