// The code beside the last commit, called with an event: as `coldframe check` does, and only when a person asks.

import { asCallError, type CallError, type CheckReport } from '$ipc';
import type { Host } from './host.svelte';

export class Comparison {
  report = $state.raw<CheckReport | null>(null);
  failure = $state.raw<CallError | null>(null);
  running = $state(false);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  /** It would write outside, and waits to be told that this does no harm. */
  get asks(): boolean {
    return this.failure?.code === 'conflict';
  }

  async run(event: string, writesOk = false): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.failure = null;
    try {
      this.report = await this.host.call('compare', { function: this.fn, events: [event], writes_ok: writesOk, against: null });
    } catch (thrown) {
      this.report = null;
      this.failure = asCallError(thrown);
    } finally {
      this.running = false;
    }
  }
}
