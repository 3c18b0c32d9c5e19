// Calls in the last minute, by function, from the live channel: one counter a second, so memory does not grow with traffic.

import type { Invocation } from '$ipc';

const SECONDS = 60;

export class RateMeter {
  #counts = new Map<number, { at: number; calls: number }[]>();
  /** Newest id counted: an invocation comes twice, answered and finished. */
  #newest = 0;

  add(invocations: readonly Invocation[], nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    let newest = this.#newest;
    for (const { id, function_id } of invocations) {
      if (id <= this.#newest) continue;
      newest = Math.max(newest, id);
      const counts = this.#counts.get(function_id) ?? [];
      const last = counts.at(-1);
      if (last?.at === second) last.calls += 1;
      else counts.push({ at: second, calls: 1 });
      while (counts[0] && counts[0].at <= second - SECONDS) counts.shift();
      this.#counts.set(function_id, counts);
    }
    this.#newest = newest;
  }

  perMinute(fn: number, nowMs: number): number {
    const since = Math.floor(nowMs / 1000) - SECONDS;
    return (this.#counts.get(fn) ?? []).reduce((sum, { at, calls }) => (at > since ? sum + calls : sum), 0);
  }

  clear(): void {
    this.#counts.clear();
    this.#newest = 0;
  }
}
