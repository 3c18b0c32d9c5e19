// What a clearing would take out of the record, asked before it is done, and the doing of it.

import { asCallError, type CallError, type Cleared, type ClearRecord } from '$ipc';
import type { SettingsState } from './settings.svelte';

export class Going {
  gone = $state.raw<Cleared | null>(null);
  failure = $state.raw<CallError | null>(null);
  busy = $state(false);

  #asked: ClearRecord | null = null;

  /** An answer to an earlier question is not taken for this one's. */
  ask(held: SettingsState, what: ClearRecord): void {
    this.#asked = what;
    this.gone = null;
    this.failure = null;
    held.clearable(what).then(
      (found) => this.#asked === what && (this.gone = found),
      (thrown: unknown) => this.#asked === what && (this.failure = asCallError(thrown)),
    );
  }

  async go(take: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await take();
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.busy = false;
    }
  }
}
