// What a function's imports take: as they were measured last, or measured now.

import { asCallError, type CallError, type ImportReport } from '$ipc';
import type { Host } from './host.svelte';

export class ImportsModel {
  report = $state.raw<ImportReport | null>(null);
  failure = $state.raw<CallError | null>(null);
  reading = $state(true);
  measuring = $state(false);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  async read(): Promise<void> {
    try {
      const { report } = await this.host.call('imports', { function: this.fn });
      if (!this.measuring) this.report = report;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.reading = false;
    }
  }

  async measure(): Promise<void> {
    if (this.measuring) return;
    this.measuring = true;
    this.failure = null;
    try {
      this.report = await this.host.call('measure_imports', { function: this.fn, runs: null });
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.measuring = false;
    }
  }
}
