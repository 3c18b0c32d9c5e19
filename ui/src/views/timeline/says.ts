// A call or an instance's start in words, for who points at it.

import type { Span } from '$ipc';
import { clock, ms } from '$shared/format';
import { underWay } from '$domain/timelines';
import { starting, type Row } from './lanes';

const time = (at: number): string => clock(new Date(at).toISOString());
const long = (value: number): string => `${ms(value).text} ms`;

export function saysSpan(span: Span): string {
  const { cold, wait_ms, before_ms, total_ms } = span;
  return [
    span.resident ? `${span.function}, resident twin` : span.function,
    span.status,
    ...(cold ? ['cold'] : []),
    ...(underWay(span) ? [] : [long(total_ms)]),
    ...(wait_ms >= 1 ? [`waited ${long(wait_ms)}`] : []),
    ...(cold && before_ms - wait_ms >= 1 ? [`start ${long(before_ms - wait_ms)}`] : []),
    time(span.start),
  ].join(' · ');
}

/** What an instance did at a moment at which it had no call; null when it was not there. */
export function saysLane({ lane, outdated }: Row, at: number, now: number): string | null {
  const until = lane.ended ?? now;
  if (at < lane.started || at > until) return null;
  const who = `${lane.app}${lane.resident ? ' twin' : ''} ${lane.name}`;
  const parts = starting(lane, until).filter(({ from, to }) => at >= from && at < to);
  const [part] = parts;
  if (part) return `${who} · ${part.kind} ${long(part.to - part.from)}${lane.ready === null ? ', not ready yet' : ''} · ${time(lane.started)}`;
  return `${who} · ${at >= outdated ? 'retiring: its code is the old one' : 'idle'} · since ${time(lane.started)}`;
}
