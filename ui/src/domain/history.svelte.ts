// What a function went through: its reloads and the starts of its instances.

import { asCallError, type CallError, type ColdStart, type Reload } from '$ipc';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';

export class ReloadHistory {
  list = $state.raw<Reload[]>([]);
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  get latest(): Reload | null {
    return this.list[0] ?? null;
  }

  attach(): () => void {
    void this.#ask();
    return this.host.follow({
      batch: (batch) => this.#merge(batch.reloads.filter((reload) => reload.functions.includes(this.fn))),
      resync: () => void this.#ask(),
    });
  }

  async #ask(): Promise<void> {
    try {
      const list = await this.host.call('reloads', { function: this.fn, minutes: null });
      this.list = [...list].sort((a, b) => b.id - a.id);
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }

  #merge(news: readonly Reload[]): void {
    if (news.length === 0) return;
    const all = new Map(this.list.map((reload) => [reload.id, reload]));
    for (const reload of news) all.set(reload.id, reload);
    this.list = [...all.values()].sort((a, b) => b.id - a.id);
  }
}

export class ColdStarts {
  list = $state.raw<ColdStart[]>([]);
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);

  #minutes: number | null = null;
  #refresher = new Refresher(() => this.#ask(), 1500);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  watch(minutes: number): () => void {
    this.#minutes = minutes;
    this.#refresher.now();
    const unfollow = this.host.follow({
      batch: ({ invocations, reloads }) => {
        const cold = invocations.some((row) => row.function_id === this.fn && row.cold);
        if (cold || reloads.some(({ functions }) => functions.includes(this.fn))) this.#refresher.poke();
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
      const list = await this.host.call('cold_starts', { function: this.fn, minutes: this.#minutes });
      this.list = [...list].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }
}
