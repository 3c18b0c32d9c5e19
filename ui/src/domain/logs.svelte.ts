// Log lines as they come, of one function or of all: the last ones from the record, older ones as they are asked for, new
// ones from the channel. What a search means is the record's to say, so with one the record is asked for what is new.

import { asCallError, type CallError, type LiveBatch, type LogFormat, type LogLine } from '$ipc';
import type { Host } from './host.svelte';
import { indexOf, merged } from './lines';
import { Paced } from './paced';
import { Refresher } from './refresh';

const PAGE = 1000;
/** The last ones, with which a tail begins: some screens of them, so that they are there at once. */
const FIRST = 300;
/** More than this many while following push out the oldest; the record still has them. */
export const MOST = 100_000;
/** While somebody reads nothing is pushed out. Beyond this the rest waits in the record. */
const MOST_READ = 2 * MOST;
/** A tail that is further behind begins anew with the last lines. */
const CATCH_UP_PAGES = 10;
const ASK_MS = 300;
const UNDER_WAY = 2000;
/** So many come together; of a flood, the last lines of the record now and then. */
const BURST = 500;
const NEWEST_MS = 1000;

export class LogTail {
  /** Ascending by id. */
  lines = $state.raw<LogLine[]>([]);
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);
  /** Keep the newest line in view. */
  follow = $state(true);
  /** Lines that came since following ended. */
  waiting = $state(0);
  /** They come faster than anybody reads: the last ones are other ones each time. */
  flooded = $state(false);
  /** The record has older ones. */
  more = $state(false);
  /** Older ones are being read, or why they cannot be. */
  reading = $state(false);
  olderFailure = $state.raw<string | null>(null);
  /** The screen was cleared: older lines come back only when asked for. */
  cleared = $state(false);

  #search = '';
  #asked = 0;
  /** What came from this id on is to be asked for. */
  #from: number | null = null;
  /** Calls under way with the first line of each: only at its end it is known what a call is like. */
  #began = new Map<number, number>();
  /** Where the lines end that were cleared or that wait in the record. */
  #edge = 0;
  #behind = false;
  #refresher = new Refresher(() => this.#catchUp(), ASK_MS);
  #end = new Refresher(() => this.#renew(), NEWEST_MS);
  #paced = new Paced<LogLine>((lines, missed) => {
    this.#add(lines);
    this.flooded = missed > 0;
    if (this.flooded) this.#lack();
  }, BURST);

  constructor(
    private readonly host: Host,
    private readonly fn: number | null,
  ) {}

  /** What was held of the same search stands until the record has answered. */
  attach(search = ''): () => void {
    if (search !== this.#search) this.#empty(search);
    this.flooded = false;
    this.follow = true;
    this.waiting = 0;
    void this.#first();
    const unfollow = this.host.follow({
      batch: (batch) => this.#take(batch),
      // Lines may be missing, or gone from the record.
      resync: () => void this.#renew(),
    });
    return () => {
      unfollow();
      this.#refresher.stop();
      this.#end.stop();
      this.#paced.stop();
      this.more ||= this.lines.length > PAGE;
      this.lines = this.lines.slice(-PAGE);
    };
  }

  /** Looks for something else. */
  want(search: string): void {
    if (search === this.#search) return;
    this.#empty(search);
    this.resume();
    void this.#first();
  }

  #empty(search: string): void {
    this.#search = search;
    this.lines = [];
    this.loading = true;
    this.failure = null;
  }

  pause(): void {
    this.follow = false;
  }

  resume(): void {
    this.follow = true;
    this.waiting = 0;
    if (this.#behind) void this.#first();
  }

  clear(): void {
    this.#edge = this.lines.at(-1)?.id ?? this.#edge;
    this.lines = [];
    this.more = true;
    this.cleared = true;
    this.resume();
  }

  async older(): Promise<void> {
    if (this.reading || !this.more) return;
    this.reading = true;
    const asked = this.#asked;
    try {
      const page = await this.#ask(null, this.lines[0]?.id ?? this.#edge + 1, PAGE);
      if (asked !== this.#asked) return;
      this.lines = [...page, ...this.lines];
      this.more = page.length === PAGE;
      this.cleared = false;
      this.olderFailure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.olderFailure = asCallError(thrown).message;
    } finally {
      if (asked === this.#asked) this.reading = false;
    }
  }

  /** Where the file went and how many lines it has; null if the person chose no place for it. */
  async save(format: LogFormat): Promise<{ where: string; lines: number; cut: boolean } | null> {
    const query = { function: this.fn, search: this.#search || null, after: null, before: null, limit: null };
    const { file, lines, cut } = await this.host.call('export_logs', { query, format });
    const where = await this.host.saveFile(file.name, file.media_type, file.text);
    return where === null ? null : { where, lines, cut };
  }

  #take(batch: LiveBatch): void {
    const lacks = batch.skipped_logs > 0 || batch.skipped.some(({ function_id: id }) => this.fn === null || this.fn === id);
    const own = batch.logs.filter((line) => this.fn === null || line.function_id === this.fn);
    if (this.#search === '') {
      // Some were not sent: the record has them all.
      if (lacks) this.#lack();
      this.#paced.add(own);
      return;
    }
    if (this.#began.size > UNDER_WAY) this.#began.clear();
    for (const { id, invocation_id: call } of own) {
      this.#askFrom(id);
      if (call !== null) this.#began.set(call, Math.min(id, this.#began.get(call) ?? id));
    }
    for (const { id } of batch.invocations) {
      const first = this.#began.get(id);
      if (first === undefined) continue;
      this.#askFrom(first);
      this.#began.delete(id);
    }
    if (lacks) this.#askRest();
  }

  #lack(): void {
    if (this.follow) this.#end.poke();
    else this.#askRest();
  }

  /** What comes after all that is held. */
  #askRest(): void {
    this.#askFrom((this.lines.at(-1)?.id ?? this.#edge) + 1);
  }

  #askFrom(id: number): void {
    this.#from = Math.min(id, this.#from ?? id);
    this.#refresher.poke();
  }

  /** The end without gaps, for who follows it; who reads keeps what is on screen. */
  async #renew(): Promise<void> {
    if (this.follow && !this.cleared) await this.#first();
    else this.#askRest();
  }

  /** The last lines, in the place of all that is held. */
  async #first(): Promise<void> {
    const asked = ++this.#asked;
    const held = this.lines.at(-1)?.id ?? 0;
    this.reading = false;
    this.#behind = false;
    try {
      const page = await this.#ask(null, null, FIRST);
      if (asked !== this.#asked) return;
      // What the channel brought meanwhile stays.
      const last = page.at(-1)?.id ?? 0;
      const news = this.#search === '' ? this.lines.filter(({ id }) => id > last && id > held) : [];
      this.lines = [...page, ...news];
      this.more = page.length === FIRST;
      this.cleared = false;
      this.failure = null;
      this.olderFailure = null;
      this.#edge = Math.max(this.#edge, last);
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asCallError(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  async #catchUp(): Promise<void> {
    const from = this.#from;
    this.#from = null;
    if (from === null || this.loading || this.failure?.code === 'invalid') return;
    const asked = this.#asked;
    let after = from - 1;
    for (let pages = 0; pages < CATCH_UP_PAGES; pages++) {
      let page: LogLine[];
      try {
        page = await this.#ask(after, null, PAGE);
      } catch {
        // The next batch, or the channel when it is back, asks again.
        this.#from = Math.min(from, this.#from ?? from);
        return;
      }
      if (asked !== this.#asked) return;
      this.#add(page);
      if (page.length < PAGE) return;
      after = page.at(-1)?.id ?? after;
    }
    if (this.follow) await this.#first();
    else this.#behind = true;
  }

  #ask(after: number | null, before: number | null, limit: number): Promise<LogLine[]> {
    return this.host.call('logs', { function: this.fn, search: this.#search || null, after, before, limit });
  }

  #add(news: readonly LogLine[]): void {
    // What was cleared does not come back by itself, nor what is older than the oldest that is held.
    const oldest = this.lines[0]?.id;
    const fresh = news.filter(({ id }) => id > this.#edge || (oldest !== undefined && id > oldest));
    if (fresh.length === 0) return;
    if (!this.follow && this.lines.length + fresh.length > MOST_READ) {
      this.#behind = true;
      this.waiting += fresh.length;
      return;
    }
    const before = this.lines.length;
    const all = merged(this.lines, fresh);
    if (!this.follow) this.waiting += all.length - before;
    const surplus = this.follow ? Math.max(0, all.length - MOST) : 0;
    this.more = this.more || surplus > 0;
    this.lines = surplus > 0 ? all.slice(surplus) : all;
  }

  /** Where a line is held, or where it would be. */
  indexOf(id: number): number {
    return indexOf(this.lines, id);
  }
}
