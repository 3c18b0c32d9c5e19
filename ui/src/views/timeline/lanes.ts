// Each instance with what it did, worked out once when the data comes: what is drawn is asked often.

import type { Lane, ReloadMark, Span, Timeline } from '$ipc';
import { underWay } from '$domain/timelines';

export interface Row {
  lane: Lane;
  /** Earliest first. */
  spans: readonly Span[];
  /** From when on its code is the old one; Infinity while it is not. */
  outdated: number;
}

export interface Part {
  kind: 'boot' | 'init';
  from: number;
  to: number;
}

export function rows({ lanes, spans, reloads }: Timeline): Row[] {
  const of = byLane(spans);
  return lanes.map((lane) => ({ lane, spans: of.get(lane.id) ?? [], outdated: outdated(lane, reloads) }));
}

/** Calls by the instance that had them, earliest first. */
export function byLane(spans: readonly Span[]): Map<number, Span[]> {
  const found = new Map<number, Span[]>();
  for (const span of spans) {
    if (span.instance === null) continue;
    const lane = found.get(span.instance);
    if (lane) lane.push(span);
    else found.set(span.instance, [span]);
  }
  return found;
}

/** From when on a lane's code is the old one. */
export function outdated(lane: Lane, reloads: readonly ReloadMark[]): number {
  // The instance that a reload itself starts comes before its swap: it is of the new code.
  const swaps = reloads.flatMap(({ app, at, swapped_ms }) => (app === lane.app && swapped_ms !== null && lane.started < at ? [at + swapped_ms] : []));
  return Math.min(Infinity, ...swaps);
}

/** How it came up. The init ends when it is ready; what lies before is the process and its runtime. */
export function starting({ started, ready, ended, init_ms }: Lane, now: number): Part[] {
  if (ready === null) return [{ kind: 'boot', from: started, to: ended ?? now }];
  const init = Math.max(started, ready - (init_ms ?? 0));
  return [
    { kind: 'boot', from: started, to: init },
    { kind: 'init', from: init, to: ready },
  ];
}

/** When a call's own code began: on a cold start not before its instance was ready. */
export const begun = (span: Span, lane: Lane): number => Math.max(span.start + span.before_ms, span.cold ? (lane.ready ?? 0) : 0);

/** A call's end; one that is under way goes on. */
export const end = (span: Span, now: number): number => (underWay(span) ? now : span.start + span.total_ms);

export const failed = (span: Span): boolean => span.status !== 'ok' && !underWay(span);

/** Its process went against its will. */
export const broke = ({ end_reason }: Lane): boolean => ['crash', 'timeout', 'out_of_memory', 'host_died'].includes(end_reason ?? '');

/** The call at a moment of a lane: what covers it, else what begins or ends within so much of it. */
export function hit(spans: readonly Span[], at: number, near: number, now: number): Span | undefined {
  let best: Span | undefined;
  let gap = near;
  for (const span of spans) {
    const off = Math.max(span.start - at, at - end(span, now), 0);
    if (off <= gap) [best, gap] = [span, off];
  }
  return best;
}

/** Another call: the one before or after in time, or the nearest in time of the lane above or below. */
export function beside(all: readonly Row[], chosen: Span | undefined, by: { calls: number } | { lanes: number }): Span | undefined {
  const placed = all.flatMap(({ spans }) => spans).sort((a, b) => a.start - b.start);
  if (!chosen) return placed.at(-1);
  if ('calls' in by) {
    const at = placed.findIndex(({ id }) => id === chosen.id);
    return placed[Math.min(placed.length - 1, Math.max(0, at + by.calls))];
  }
  const step = Math.sign(by.lanes);
  for (let at = all.findIndex(({ lane }) => lane.id === chosen.instance) + step; all[at]; at += step) {
    const spans = all[at]?.spans ?? [];
    if (spans.length > 0) return spans.reduce((best, one) => (Math.abs(one.start - chosen.start) < Math.abs(best.start - chosen.start) ? one : best));
  }
  return chosen;
}
