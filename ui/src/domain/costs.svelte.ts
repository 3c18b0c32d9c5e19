// The month's bill from recorded traffic, or at a volume a person names.

import { asCallError, type CallError, type CostReport } from '$ipc';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';

export interface CostQuestion {
  function: number | null;
  minutes: number | null;
  callsPerMonth: number | null;
}

export class CostFigures {
  report = $state.raw<CostReport | null>(null);
  failure = $state.raw<CallError | null>(null);
  asking = $state(false);

  #question: CostQuestion = { function: null, minutes: null, callsPerMonth: null };
  /** Dragging a slider asks many times a second; the last one counts. */
  #refresher = new Refresher(() => this.#ask(), 150);

  constructor(private readonly host: Host) {}

  attach(): () => void {
    const unfollow = this.host.follow({ resync: () => this.#refresher.poke() });
    return () => {
      unfollow();
      this.#refresher.stop();
    };
  }

  ask(question: CostQuestion): void {
    this.#question = question;
    this.asking = true;
    this.#refresher.poke();
  }

  async #ask(): Promise<void> {
    const question = this.#question;
    try {
      const report = await this.host.call('costs', {
        function: question.function,
        minutes: question.minutes,
        calls_per_month: question.callsPerMonth,
      });
      if (question !== this.#question) return;
      this.report = report;
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      if (question === this.#question) this.asking = false;
    }
  }
}
