// What a function went through: its reloads.

import { asCallError, type CallError, type Reload } from '$ipc';
import type { Host } from './host.svelte';
import { samePath } from './paths';

/** A save that concerns running code shows as a reload long before. */
const NOT_BEGUN_MS = 1500;

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

  /** What the next reload with this file comes to, once it has. Null where none begins: no running code has the file. */
  next(path: string): Promise<Reload | null> {
    const last = this.latest?.id ?? 0;
    const mine = (): Reload | undefined => this.list.find(({ id, files }) => id > last && files.some((file) => samePath(file, path)));
    return new Promise((resolve) => {
      const done = (found: Reload | null): void => {
        clearTimeout(timer);
        unfollow();
        resolve(found);
      };
      const look = (): void => {
        const found = mine();
        if (found) clearTimeout(timer);
        if (found && found.outcome !== 'running') done(found);
      };
      const timer = setTimeout(() => done(null), NOT_BEGUN_MS);
      // After this list has taken in the same news.
      const unfollow = this.host.follow({ batch: () => queueMicrotask(look), resync: () => done(null) });
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
