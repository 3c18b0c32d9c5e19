// The calls of the last minutes from the live channel, second by second: what the record knows only by the minute is
// on screen at once. One tally a second, so memory does not grow with traffic.

import type { Invocation } from '$ipc';
import { quantile } from '$shared/quantile';
import { tone } from './labels';
import { Paced } from './paced';

/** As long as the "Live" range. */
const SECONDS = 300;
/** Wide enough to be more than noise, narrow enough to be seen moving. */
const POINT_SECONDS = 5;
/** Latencies kept of one second; more would not move its median. */
const SAMPLES = 50;
/** In a flood what was counted is drawn this often. */
const FLOOD_MS = 500;
/** Ids remembered, because a call comes twice (answered, then finished). Two generations of as many. */
const REMEMBERED = 8192;

interface Tally {
  calls: number;
  cold: number;
  errors: number;
  totals: number[];
}
type Seconds = Map<number, Tally>;

export interface LiveSeries {
  calls: number[];
  cold_percent: (number | null)[];
  p50_ms: (number | null)[];
  error_percent: (number | null)[];
}

export class RecentCalls {
  /** Grows as calls are counted: read it to follow them. */
  version = $state(0);

  #all: Seconds = new Map();
  #byFunction = new Map<number, Seconds>();
  #seen = new Set<number>();
  #seenBefore = new Set<number>();
  #counted = new Paced<boolean>(() => (this.version += 1), FLOOD_MS, 1);

  /** Counts calls that were not counted before, in any order. */
  add(invocations: readonly Invocation[], nowMs: number): void {
    const oldest = Math.floor(nowMs / 1000) - SECONDS;
    let counted = 0;
    for (const row of invocations) {
      const second = Math.floor(Date.parse(row.started_at) / 1000);
      if (second <= oldest || this.#known(row.id)) continue;
      counted += 1;
      const own = this.#byFunction.get(row.function_id) ?? new Map<number, Tally>();
      this.#byFunction.set(row.function_id, own);
      for (const seconds of [this.#all, own]) count(seconds, second, row, oldest);
    }
    this.#counted.add(Array.from({ length: counted }, () => true));
  }

  perMinute(fn: number, nowMs: number): number {
    void this.version;
    const since = Math.floor(nowMs / 1000) - 60;
    let calls = 0;
    for (const [second, tally] of this.#byFunction.get(fn) ?? []) if (second > since) calls += tally.calls;
    return calls;
  }

  /** Calls by points of some seconds, oldest first, over the last minutes. */
  calls(fn: number, nowMs: number): number[] {
    void this.version;
    return points(this.#byFunction.get(fn), nowMs).map((tallies) => sum(tallies, 'calls'));
  }

  /** The course of all functions together; null where nothing was called. */
  series(nowMs: number): LiveSeries {
    void this.version;
    const all = points(this.#all, nowMs);
    const share = (part: 'cold' | 'errors') => all.map((tallies) => (tallies.length === 0 ? null : (100 * sum(tallies, part)) / sum(tallies, 'calls')));
    return {
      calls: all.map((tallies) => sum(tallies, 'calls')),
      cold_percent: share('cold'),
      p50_ms: all.map((tallies) => quantile(tallies.flatMap(({ totals }) => totals), 0.5)),
      error_percent: share('errors'),
    };
  }

  clear(): void {
    this.#all.clear();
    this.#byFunction.clear();
    this.#seen.clear();
    this.#seenBefore.clear();
    this.version += 1;
  }

  #known(id: number): boolean {
    if (this.#seen.has(id) || this.#seenBefore.has(id)) return true;
    if (this.#seen.size >= REMEMBERED) {
      this.#seenBefore = this.#seen;
      this.#seen = new Set();
    }
    this.#seen.add(id);
    return false;
  }
}

function count(seconds: Seconds, second: number, row: Invocation, oldest: number): void {
  let tally = seconds.get(second);
  if (!tally) {
    for (const old of seconds.keys()) if (old <= oldest) seconds.delete(old);
    tally = { calls: 0, cold: 0, errors: 0, totals: [] };
    seconds.set(second, tally);
  }
  tally.calls += 1;
  if (row.cold) tally.cold += 1;
  if (tone(row) === 'err') tally.errors += 1;
  if (tally.totals.length < SAMPLES) tally.totals.push(row.total_ms);
}

/** The points' edges stand still while time moves on: a call stays in its point until that leaves on the left. */
function points(seconds: Seconds | undefined, nowMs: number): Tally[][] {
  const newest = Math.floor(nowMs / 1000 / POINT_SECONDS);
  const list: Tally[][] = Array.from({ length: SECONDS / POINT_SECONDS }, () => []);
  for (const [second, tally] of seconds ?? []) list[list.length - 1 - (newest - Math.floor(second / POINT_SECONDS))]?.push(tally);
  return list;
}

function sum(tallies: readonly Tally[], part: 'calls' | 'cold' | 'errors'): number {
  return tallies.reduce((total, tally) => total + tally[part], 0);
}
