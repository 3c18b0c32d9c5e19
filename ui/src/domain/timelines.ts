// A stretch of the past that is known, brought up to date with its newest part: while a timeline follows the present,
// only that is fetched.

import type { Lane, Span, Timeline } from '$ipc';

/** As many calls as the host sends of a stretch, the newest of them. */
const MOST_SPANS = 10_000;

export const underWay = ({ status }: Span): boolean => status === 'running' || status === 'accepted';

/** What is asked for again: what was under way may have ended since, what began before `known` may have been recorded later. */
export function since(known: Timeline, until: number): number {
  return known.spans.reduce((earliest, span) => (underWay(span) ? Math.min(earliest, span.start) : earliest), until);
}

/** `news` in the place of what was known of the same calls and lanes; nothing that ended before `from` is kept. */
export function renewed(known: Timeline, news: Timeline, from: number): Timeline {
  if (news.cut) return { ...news, lanes: lanes(known, news, from), reloads: reloads(known, news, from) };
  const newer = new Set(news.spans.map(({ id }) => id));
  const kept = known.spans.filter((span) => !newer.has(span.id) && (underWay(span) || span.start + span.total_ms >= from));
  const spans = kept.concat(news.spans).sort((a, b) => a.start - b.start);
  const surplus = Math.max(0, spans.length - MOST_SPANS);
  const whole = surplus > 0 ? spans[surplus] : known.cut ? known.spans[0] : undefined;
  return {
    lanes: lanes(known, news, from),
    spans: surplus > 0 ? spans.slice(surplus) : spans,
    reloads: reloads(known, news, from),
    cut: whole !== undefined && whole.start > from,
  };
}

function lanes(known: Timeline, news: Timeline, from: number): Lane[] {
  const newer = new Set(news.lanes.map(({ id }) => id));
  const kept = known.lanes.filter(({ id, ended }) => !newer.has(id) && (ended === null || ended >= from));
  return kept.concat(news.lanes).sort((a, b) => (a.app < b.app ? -1 : a.app > b.app ? 1 : Number(a.resident) - Number(b.resident) || a.started - b.started));
}

function reloads(known: Timeline, news: Timeline, from: number): Timeline['reloads'] {
  const name = ({ app, at }: { app: string; at: number }): string => `${at} ${app}`;
  const newer = new Set(news.reloads.map(name));
  return known.reloads.filter((mark) => mark.at >= from && !newer.has(name(mark))).concat(news.reloads);
}
