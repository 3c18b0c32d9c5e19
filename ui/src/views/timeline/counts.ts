// How many there were at once: instances alive, calls under way. Worked out once when the data comes, then asked for
// every pixel of whatever is looked at.

import type { Timeline } from '$ipc';
import type { View } from '$domain/timeline.svelte';
import { underWay } from '$domain/timelines';
import { moment } from './scale';

/** From `at` on there are so many; ascending. */
export type Steps = readonly { at: number; count: number }[];

export interface Counts {
  alive: Steps;
  /** Also those that wait. */
  calls: Steps;
  /** When calls were turned away, ascending. */
  throttled: readonly number[];
}

/** Of the pools: a twin has as many processes at all times, and its calls are theirs a second time. */
export function counts({ lanes: all, spans: both }: Timeline): Counts {
  const [lanes, spans] = [all.filter(({ resident }) => !resident), both.filter(({ resident }) => !resident)];
  const turnedAway = ({ status }: { status: string }): boolean => status === 'throttled' || status === 'refused';
  return {
    alive: steps(lanes.map(({ started, ended }) => [started, ended])),
    calls: steps(spans.flatMap((span) => (turnedAway(span) ? [] : [[span.start, underWay(span) ? null : span.start + span.total_ms] as const]))),
    throttled: spans.filter(turnedAway).map(({ start }) => start),
  };
}

export function steps(lives: readonly (readonly [from: number, to: number | null])[]): Steps {
  // Numbers are sorted much faster than objects, and both lines are nearly in order.
  const begun = Float64Array.from(lives, ([from]) => from).sort();
  const ended = Float64Array.from(lives.flatMap(([, to]) => (to === null ? [] : [to]))).sort();
  const found: { at: number; count: number }[] = [];
  for (let [begins, ends] = [0, 0]; begins < begun.length || ends < ended.length; ) {
    const [next, end] = [begun[begins] ?? Infinity, ended[ends] ?? Infinity];
    // One that ends as another begins was not there at once with it.
    if (end <= next) ends += 1;
    else begins += 1;
    found.push({ at: Math.min(next, end), count: begins - ends });
  }
  return found;
}

/** The first step after a moment. */
function after(line: Steps, at: number): number {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const countAt = (line: Steps, at: number): number => line[after(line, at) - 1]?.count ?? 0;

/** The most there were within each pixel. */
export function columns(line: Steps, view: View, width: number): number[] {
  let next = after(line, view.from);
  let count = line[next - 1]?.count ?? 0;
  return Array.from({ length: Math.max(0, Math.ceil(width)) }, (_, px) => {
    let most = count;
    for (const until = moment(px + 1, view, width); (line[next]?.at ?? Infinity) < until; next += 1) {
      count = line[next]?.count ?? 0;
      most = Math.max(most, count);
    }
    return most;
  });
}
