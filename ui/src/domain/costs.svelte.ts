// The month's bill from recorded traffic, or at a volume and on suppositions a person names; and one plan's day simulated.

import { asCallError, type CallError, type CostQuery, type CostReport, type Simulation, type SimulationQuery } from '$ipc';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';

/** Dragging a slider asks many times a second; the last one counts. */
const EVERY_MS = 150;

/** One question that changes, and the newest answer to it. */
abstract class Figures<Q, A> {
  answer = $state.raw<A | null>(null);
  failure = $state.raw<CallError | null>(null);
  asking = $state(false);

  #question: Q | null = null;
  /** Millions of calls take a while to add up: what nobody waits for any more is given up. */
  #wanted = new AbortController();
  #refresher = this.#asked();

  constructor(protected readonly host: Host) {}

  protected abstract put(question: Q, wanted: AbortSignal): Promise<A>;

  attach(): () => void {
    this.#refresher = this.#asked();
    const unfollow = this.host.follow({ resync: () => this.#refresher.poke() });
    return () => {
      unfollow();
      this.#refresher.stop();
      this.#wanted.abort();
    };
  }

  ask(question: Q): void {
    this.#question = question;
    this.asking = true;
    this.#wanted.abort();
    this.#refresher.poke();
  }

  again(): void {
    if (this.#question !== null) this.ask(this.#question);
  }

  #asked(): Refresher {
    return new Refresher(() => this.#ask(), EVERY_MS);
  }

  async #ask(): Promise<void> {
    const question = this.#question;
    if (question === null) return;
    const wanted = (this.#wanted = new AbortController()).signal;
    try {
      const answer = await this.put(question, wanted);
      if (question !== this.#question) return;
      this.answer = answer;
      this.failure = null;
    } catch (thrown) {
      if (question === this.#question && !wanted.aborted) this.failure = asCallError(thrown);
    } finally {
      if (question === this.#question && !wanted.aborted) this.asking = false;
    }
  }
}

export class CostFigures extends Figures<CostQuery, CostReport> {
  protected put(question: CostQuery, wanted: AbortSignal): Promise<CostReport> {
    return this.host.call('costs', question, wanted);
  }
}

export class SimulatedDay extends Figures<SimulationQuery, Simulation> {
  protected put(question: SimulationQuery, wanted: AbortSignal): Promise<Simulation> {
    return this.host.call('simulate', question, wanted);
  }
}
