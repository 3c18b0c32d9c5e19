// The strip above the lanes: how many instances there were, how many calls were under way, and which were turned away.

import type { View } from '$domain/timeline.svelte';
import { columns, type Counts, type Steps } from './counts';
import { cleared, type Ink } from './ink';
import { ticks, x } from './scale';

export const STRIP = 70;
const FLOOR = 44;
const CEILING = 14;

export interface StripPicture {
  counts: Counts;
  view: View;
  width: number;
  /** Before it, calls are left out. */
  whole: number;
}

export function paintStrip(canvas: HTMLCanvasElement, picture: StripPicture, ink: Ink): void {
  const { counts, view, width } = picture;
  const context = cleared(canvas, width, STRIP);
  if (!context) return;
  const c = ink.colours;
  const columnsOf = (line: Steps): number[] => columns(line, view, width);
  const [alive, calls] = [columnsOf(counts.alive), columnsOf(counts.calls)];
  const peak = Math.max(1, ...alive, ...calls);
  const high = (count: number): number => Math.round((count / peak) * (FLOOR - CEILING));

  const veiled = Math.min(width, x(picture.whole, view, width));
  context.fillStyle = c.busy;
  context.globalAlpha = 0.4;
  runs(calls.map(high), (tall, from, to) => {
    const left = Math.max(from, Math.ceil(veiled));
    if (tall > 0 && left < to) context.fillRect(left, FLOOR - tall, to - left, tall);
  });
  context.globalAlpha = 1;
  if (veiled > 0) {
    context.fillStyle = ink.veil;
    context.fillRect(0, CEILING, veiled, FLOOR - CEILING);
  }
  context.fillStyle = c.text;
  let before = 0;
  runs(alive.map(high), (tall, from, to) => {
    context.fillRect(from, FLOOR - tall - 1, to - from, 1);
    if (from > 0) context.fillRect(from, FLOOR - Math.max(tall, before) - 1, 1, Math.abs(tall - before) + 1);
    before = tall;
  });

  // As wide as can be seen, below the floor: they are not among those that were under way.
  context.fillStyle = c.bad;
  let last = -Infinity;
  for (const at of counts.throttled) {
    const px = x(at, view, width);
    if (px < last + 1 || px < -2 || px > width) continue;
    context.fillRect((last = px), FLOOR + 1, 2, 7);
  }

  context.fillStyle = c.text;
  context.font = ink.font;
  context.fillText(String(peak), 3, 9);
  for (const { at, label } of ticks(view, width)) context.fillText(label, x(at, view, width) + 3, STRIP - 5);
  context.restore();
}

/** Neighbours that are as high are one. Pixels as they are: a line through all of them would cost many times as much. */
function runs(heights: readonly number[], draw: (tall: number, from: number, to: number) => void): void {
  for (let from = 0, to = 0; from < heights.length; from = to) {
    const tall = heights[from] ?? 0;
    while (to < heights.length && heights[to] === tall) to += 1;
    draw(tall, from, to);
  }
}
