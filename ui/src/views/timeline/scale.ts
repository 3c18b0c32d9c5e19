// Where moments are, and which of them are named.

import type { Lane, ReloadMark, Span } from '$ipc';
import type { View } from '$domain/timeline.svelte';

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1.8e6, 3.6e6, 7.2e6, 10.8e6, 21.6e6, 43.2e6, 86.4e6];

export const x = (at: number, view: View, width: number): number => ((at - view.from) / (view.to - view.from)) * width;
export const moment = (px: number, view: View, width: number): number => view.from + (px / width) * (view.to - view.from);

/** Round moments at least so many pixels apart. */
export function ticks(view: View, width: number, apart = 96): { at: number; label: string }[] {
  const least = ((view.to - view.from) / Math.max(1, width)) * apart;
  const step = STEPS.find((one) => one >= least) ?? 86.4e6;
  const zone = new Date(view.from).getTimezoneOffset() * 60_000;
  const found = [];
  for (let at = Math.ceil((view.from - zone) / step) * step + zone; at < view.to; at += step) found.push({ at, label: label(at, step) });
  return found;
}

function label(at: number, step: number): string {
  const time = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (step >= 86.4e6) return time.toLocaleDateString(undefined, { month: 'short', day: 'numeric' });
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (step >= 60e3) return clock;
  if (step >= 1e3) return `${clock}:${two(time.getSeconds())}`;
  return `${two(time.getSeconds())}.${String(Math.floor(time.getMilliseconds())).padStart(3, '0')}`;
}

/** How many instances there were, as corners of a line. */
export function alive(lanes: readonly Lane[], view: View): { at: number; count: number }[] {
  const changes = lanes.flatMap(({ started, ended }) => [
    { at: Math.max(started, view.from), by: 1 },
    ...(ended === null ? [] : [{ at: ended, by: -1 }]),
  ]);
  changes.sort((a, b) => a.at - b.at);
  const line = [{ at: view.from, count: 0 }];
  let count = 0;
  for (const { at, by } of changes) {
    count += by;
    line.push({ at: Math.max(at, view.from), count });
  }
  return line;
}

/** A call's end; one that is under way goes on. */
export const end = (span: Span, now: number): number =>
  span.status === 'running' || span.status === 'accepted' ? now : span.start + span.total_ms;

export const failed = (span: Span): boolean => !['ok', 'running', 'accepted'].includes(span.status);

/** From when on a lane's code is the old one. */
export function outdated(lane: Lane, reloads: readonly ReloadMark[]): number {
  const swaps = reloads.filter(({ app, swapped_ms }) => app === lane.app && swapped_ms !== null).map(({ at, swapped_ms }) => at + (swapped_ms ?? 0));
  // The instance that a reload itself starts comes before its swap: it is of the new code.
  const later = reloads.filter(({ app, at, swapped_ms }) => app === lane.app && swapped_ms !== null && lane.started < at);
  return later.length === 0 ? Infinity : Math.min(...swaps.filter((at) => at > lane.started));
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
