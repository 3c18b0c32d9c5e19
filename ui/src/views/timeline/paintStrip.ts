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
  /** Where the pointer is, in pixels. */
  pointed: number | null;
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
  const high = (count: number): number => (count / peak) * (FLOOR - CEILING);

  const veiled = Math.min(width, x(picture.whole, view, width));
  context.fillStyle = c.busy;
  context.globalAlpha = 0.4;
  calls.forEach((count, px) => count > 0 && px >= veiled && context.fillRect(px, FLOOR - high(count), 1, high(count)));
  context.globalAlpha = 1;
  if (veiled > 0) {
    context.fillStyle = ink.veil;
    context.fillRect(0, CEILING, veiled, FLOOR - CEILING);
  }
  context.strokeStyle = c.text;
  context.beginPath();
  alive.forEach((count, px) => {
    const y = Math.round(FLOOR - high(count)) - 0.5;
    if (px === 0) context.moveTo(0, y);
    else context.lineTo(px, y);
    context.lineTo(px + 1, y);
  });
  context.stroke();

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
  if (picture.pointed !== null) {
    context.fillStyle = c.chosen;
    context.globalAlpha = 0.5;
    context.fillRect(picture.pointed, CEILING, 1, FLOOR - CEILING + 8);
    context.globalAlpha = 1;
  }
  context.restore();
}
