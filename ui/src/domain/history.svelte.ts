// What a function went through: its reloads.

import { asCallError, type CallError, type Reload } from '$ipc';
import type { Host } from './host.svelte';

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
      batch: (batch) => this.#merge([...batch.reloads, ...batch.receipts].filter((reload) => reload.functions.includes(this.fn))),
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
