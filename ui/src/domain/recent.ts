// The calls of the last minutes from the live channel, second by second: what the record knows only by the minute is
// on screen within a second, with the clock that everything on screen that counts time follows. One tally a second, so
// memory does not grow with traffic.

import type { Invocation, SkippedCalls } from '$ipc';
import { quantile } from '$shared/quantile';
import { tone } from './labels';

/** As long as the "Live" range. */
const SECONDS = 300;
/** Wide enough to be more than noise, narrow enough to be seen moving. */
const POINT_SECONDS = 5;
/** Latencies kept of one second; more would not move its median. */
const SAMPLES = 50;
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
  #all: Seconds = new Map();
  #byFunction = new Map<number, Seconds>();
  #seen = new Set<number>();
  #seenBefore = new Set<number>();

  /** Counts calls that were not counted before, in any order. */
  add(invocations: readonly Invocation[], nowMs: number): void {
    const oldest = Math.floor(nowMs / 1000) - SECONDS;
    for (const row of invocations) {
      const second = Math.floor(Date.parse(row.started_at) / 1000);
      if (second <= oldest || this.#known(row.id)) continue;
      for (const tally of this.#tallies(row.function_id, second, oldest)) count(tally, row);
    }
  }

  /** Counts calls of which no more is known than how many there were just now. */
  count(skipped: readonly SkippedCalls[], nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    for (const { function_id: id, calls, cold, failed } of skipped) {
      for (const tally of this.#tallies(id, second, second - SECONDS)) {
        tally.calls += calls;
        tally.cold += cold;
        tally.errors += failed;
      }
    }
  }

  perMinute(fn: number, nowMs: number): number {
    const since = Math.floor(nowMs / 1000) - 60;
    let calls = 0;
    for (const [second, tally] of this.#byFunction.get(fn) ?? []) if (second > since) calls += tally.calls;
    return calls;
  }

  /** Calls by points of some seconds, oldest first, over the last minutes. */
  calls(fn: number, nowMs: number): number[] {
    return points(this.#byFunction.get(fn), nowMs).map((tallies) => sum(tallies, 'calls'));
  }

  /** The course of all functions together; null where nothing was called. */
  series(nowMs: number): LiveSeries {
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
  }

  /** Of all and of one function. */
  #tallies(fn: number, second: number, oldest: number): Tally[] {
    const own = this.#byFunction.get(fn) ?? new Map<number, Tally>();
    this.#byFunction.set(fn, own);
    return [this.#all, own].map((seconds) => tallyOf(seconds, second, oldest));
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

function tallyOf(seconds: Seconds, second: number, oldest: number): Tally {
  const known = seconds.get(second);
  if (known) return known;
  for (const old of seconds.keys()) if (old <= oldest) seconds.delete(old);
  const tally = { calls: 0, cold: 0, errors: 0, totals: [] };
  seconds.set(second, tally);
  return tally;
}

function count(tally: Tally, row: Invocation): void {
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
