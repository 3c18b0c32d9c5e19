// What the record has of the calls of a reload's code, beside those of the code before it: read anew as calls come.

import { asCallError, type RecordedChange, type Reload } from '$ipc';
import { later } from './changes';
import type { Host } from './host.svelte';
import { recordedBeside } from './receipts';
import { Refresher } from './refresh';

export interface RecordedBeside {
  label: string;
  told: RecordedChange;
}

/** A person reads no faster; the record is asked for hundreds of calls. */
const EVERY_MS = 2000;

/** Until when its code was the newest. */
export const servedUntil = (reload: Reload): string => later(reload.detected_at, reload.initialised_ms ?? reload.built_ms ?? 0);

export class Recorded {
  /** Null until it was read. */
  list = $state.raw<RecordedBeside[] | null>(null);
  failure = $state<string | null>(null);
  readonly #refresher = new Refresher(() => this.#read(), EVERY_MS);

  constructor(
    private readonly host: Host,
    private readonly reload: () => Reload | null,
  ) {}

  /** Reads it now, and again with every call of the function. */
  attach(): () => void {
    this.#refresher.now();
    const unfollow = this.host.follow({
      batch: ({ invocations, skipped }) => {
        const functions = this.reload()?.functions ?? [];
        if ([...invocations, ...skipped].some(({ function_id: one }) => functions.includes(one))) this.#refresher.poke();
      },
      resync: () => this.#refresher.poke(),
    });
    return () => {
      unfollow();
      this.#refresher.stop();
    };
  }

  async #read(): Promise<void> {
    const reload = this.reload();
    const fn = reload?.functions[0];
    const revision = reload?.revision;
    if (!reload?.receipt || fn === undefined || !revision) return;
    try {
      const asked = recordedBeside(reload.receipt).map(async ({ beside, label }) => ({ label, told: await this.host.call('recorded_change', { function: fn, revision, until: servedUntil(reload), beside }) }));
      const list = await Promise.all(asked);
      if (this.reload()?.id === reload.id) this.list = list;
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown).message;
    }
  }
}
