// The part of the past that is looked at: fetched again when the view moves, and while it follows the present.

import { asCallError, type CallError, type Timeline } from '$ipc';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';
import { renewed, since } from './timelines';

export interface View {
  from: number;
  to: number;
}

export const SHORTEST_MS = 1;
/** Closer than that, what comes would only flit by. */
const SHORTEST_LIVE_MS = 1_000;
export const LONGEST_MS = 7 * 86_400_000;
/** What happened is in the record no later than that. */
const RECORDED_MS = 10_000;
/** So often everything is asked for while only news would do: whatever was missed is seen then. */
const WHOLE_MS = 60_000;
const ASK_MS = 700;
/** What comes in a flood is as much each time as can be shown at all. */
const FLOOD_MS = 2_000;
const EMPTY: Timeline = { lanes: [], spans: [], reloads: [], cut: false };

export class TimelineModel {
  data = $state.raw<Timeline>(EMPTY);
  /** The last answer changed nothing before it. */
  since = -Infinity;
  failure = $state.raw<CallError | null>(null);
  loading = $state(true);
  /** The right edge is now. */
  live = $state(true);
  view = $state.raw<View>({ from: 0, to: 0 });

  #host: Host;
  /** Of what `data` holds: where it begins, until when it is known, and since when it is added to. */
  #known: { from: number; until: number; whole: number } | null = null;
  #refresher: Refresher;

  constructor(host: Host, lengthMs: number) {
    this.#host = host;
    this.view = { from: Date.now() - lengthMs, to: Date.now() };
    this.#refresher = new Refresher(() => this.#ask(), ASK_MS);
  }

  get length(): number {
    return this.view.to - this.view.from;
  }

  attach(): () => void {
    if (this.live) this.follow(this.length);
    else this.#refresher.now();
    const unfollow = this.#host.follow({
      batch: () => this.live && this.#refresher.poke(),
      resync: () => {
        this.#known = null;
        this.#refresher.now();
      },
    });
    return () => {
      unfollow();
      this.#refresher.stop();
    };
  }

  /** The last so many milliseconds, and from then on what comes. */
  follow(lengthMs: number): void {
    this.live = true;
    this.view = { from: Date.now() - lengthMs, to: Date.now() };
    this.#refresher.now();
  }

  /** Moves with the present, of which a part of a pixel is not shown. */
  tick(to: number): void {
    if (this.live) this.view = { from: to - this.length, to };
  }

  look(from: number, to: number): void {
    const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, to - from));
    const end = Math.min(Date.now(), from + length);
    this.live = false;
    this.view = { from: end - length, to: end };
    this.#refresher.poke();
  }

  pan(share: number): void {
    this.look(this.view.from + share * this.length, this.view.to + share * this.length);
  }

  /**
   * Under 1 comes closer; what is at `at` stays where it is. Without a place to come closer to, the present is followed
   * on; so it is when going away.
   */
  zoom(factor: number, at?: number): void {
    const { from, to } = this.view;
    const length = this.length * factor;
    if (this.live && length >= SHORTEST_LIVE_MS && (at === undefined || factor > 1)) return this.follow(Math.min(LONGEST_MS, length));
    const stays = at ?? (from + to) / 2;
    this.look(stays - (stays - from) * factor, stays + (to - stays) * factor);
  }

  /** Moves so that a time can be seen, if it cannot. */
  reveal(from: number, to: number): void {
    if (from >= this.view.from && from <= this.view.to) return;
    const middle = (from + Math.min(to, from + this.length)) / 2;
    this.look(middle - this.length / 2, middle + this.length / 2);
  }

  async #ask(): Promise<void> {
    const { from, to } = this.view;
    // A little more on both sides, so that a small move shows nothing empty.
    const margin = (to - from) * 0.1;
    const asked = { from: from - margin, to: to + margin + 1_000 };
    const now = Date.now();
    const known = this.live && this.#known !== null && this.#known.from <= from && this.#known.whole > now - WHOLE_MS ? this.#known : null;
    try {
      if (known) {
        const news = since(this.data, known.until - RECORDED_MS);
        const answer = await this.#host.call('timeline', { ...asked, from: Math.max(asked.from, news), function: null });
        this.data = renewed(this.data, answer, asked.from);
        this.since = answer.cut ? -Infinity : news;
        this.#known = { from: asked.from, until: Math.min(now, asked.to), whole: known.whole };
      } else {
        this.data = await this.#host.call('timeline', { ...asked, function: null });
        this.since = -Infinity;
        this.#known = { from: asked.from, until: Math.min(now, asked.to), whole: now };
      }
      this.#refresher.pace(this.live && this.data.cut ? FLOOD_MS : ASK_MS);
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }
}
