// The figures of the Functions page over the chosen range: asked for when it opens, and again while calls come in.

import { asCallError, type CallError, type FunctionStats, type Overview } from '$ipc';
import type { Host } from './host.svelte';
import type { RangeId } from './range.svelte';
import { Refresher } from './refresh';

/** Even without calls the window of time moves on. */
const IDLE_MS = 15_000;

export class OverviewFigures {
  data = $state.raw<Overview | null>(null);
  failure = $state.raw<CallError | null>(null);
  /** The range of `data`: a newer one may have been asked for. */
  shown = $state.raw<RangeId | null>(null);

  #minutes: number | null = null;
  #range: RangeId | null = null;
  #refresher = new Refresher(() => this.#ask(), 1000);
  #byFunction = $state.raw(new Map<number, FunctionStats>());

  constructor(private readonly host: Host) {}

  of(fn: number): FunctionStats | undefined {
    return this.#byFunction.get(fn);
  }

  /** Starts over with another range; returns what stops it. */
  watch(range: RangeId, minutes: number, everyMs: number): () => void {
    this.#minutes = minutes;
    this.#range = range;
    this.#refresher.now(everyMs);
    const timer = setInterval(() => this.#refresher.poke(), IDLE_MS);
    const unfollow = this.host.follow({
      batch: (batch) => {
        if (batch.invocations.length > 0) this.#refresher.poke();
      },
      resync: () => this.#refresher.now(),
    });
    return () => {
      clearInterval(timer);
      unfollow();
      this.#refresher.stop();
    };
  }

  async #ask(): Promise<void> {
    const range = this.#range;
    try {
      const data = await this.host.call('overview', { minutes: this.#minutes });
      if (range !== this.#range) return;
      this.data = data;
      this.#byFunction = new Map(data.functions.map((stats) => [stats.function, stats]));
      this.shown = range;
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
  }
}
