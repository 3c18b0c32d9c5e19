// A function measured at several memory sizes. It takes as long as it takes: seconds to minutes, while the page stays.

import { asCallError, type CallError, type RightsizeReport } from '$ipc';
import type { Host } from './host.svelte';

export class RightSize {
  report = $state.raw<RightsizeReport | null>(null);
  failure = $state.raw<CallError | null>(null);
  running = $state(false);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  async run(event: string, memories: number[], warmRuns: number): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.failure = null;
    try {
      this.report = await this.host.call('rightsize', { function: this.fn, events: [event], memories, warm_runs: warmRuns, cold_runs: null, architectures: null });
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.running = false;
    }
  }
}
