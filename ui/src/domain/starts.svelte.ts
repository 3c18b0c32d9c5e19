// Cold starts over the chosen range: of one function, or of all.

import { asCallError, type CallError, type Starts } from '$ipc';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';

export class StartsModel {
  data = $state.raw<Starts | null>(null);
  failure = $state.raw<CallError | null>(null);

  #minutes: number | null = null;
  #refresher = new Refresher(() => this.#ask(), 1500);

  constructor(
    private readonly host: Host,
    /** Of all functions where it is null. */
    private readonly fn: number | null,
  ) {}

  watch(minutes: number): () => void {
    this.#minutes = minutes;
    this.#refresher.now();
    const concerns = (id: number): boolean => this.fn === null || id === this.fn;
    const unfollow = this.host.follow({
      batch: ({ invocations, reloads }) => {
        if (invocations.some((row) => concerns(row.function_id)) || reloads.some(({ functions }) => functions.some(concerns))) this.#refresher.poke();
      },
      resync: () => this.#refresher.now(),
    });
    return () => {
      unfollow();
      this.#refresher.stop();
    };
  }

  async #ask(): Promise<void> {
    try {
      this.data = await this.host.call('starts', { function: this.fn, minutes: this.#minutes });
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
  }
}
