// Under which providers' contracts a function runs. It takes as long as it takes, while the page stays.

import { asCallError, type CallError, type Portability } from '$ipc';
import type { Host } from './host.svelte';

export class PortabilityModel {
  report = $state.raw<Portability | null>(null);
  failure = $state.raw<CallError | null>(null);
  running = $state(false);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  async run(event: string | null): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.failure = null;
    try {
      this.report = await this.host.call('portability', { function: this.fn, event });
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.running = false;
    }
  }
}
