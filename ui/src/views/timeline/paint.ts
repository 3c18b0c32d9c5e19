// The lanes on a canvas. Colours are the theme's own, read from it.

import type { Lane, Span, Timeline } from '$ipc';
import type { View } from '$domain/timeline.svelte';
import { end, failed, outdated, ticks, x } from './scale';

export const LANE = 28;
const BAR = 14;

export interface Colours {
  line: string;
  idle: string;
  cold: string;
  busy: string;
  old: string;
  bad: string;
  text: string;
  chosen: string;
}

export function colours(of: Element): Colours {
  const style = getComputedStyle(of);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return { line: read('--line-soft'), idle: read('--slate'), cold: read('--ice'), busy: read('--leaf'), old: read('--leaf-dim'), bad: read('--rose'), text: read('--dim'), chosen: read('--text') };
}

export interface Picture {
  data: Timeline;
  lanes: Map<number, Span[]>;
  view: View;
  now: number;
  chosen: number | null;
  /** What is being dragged over, in pixels. */
  band: readonly [number, number] | null;
}

export function paint(canvas: HTMLCanvasElement, picture: Picture, c: Colours): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const { data, view } = picture;
  context.fillStyle = c.line;
  for (const { at } of ticks(view, width)) context.fillRect(Math.round(x(at, view, width)), 0, 1, height);
  data.lanes.forEach((lane, index) => drawLane(context, lane, index * LANE, width, picture, c));
  context.strokeStyle = c.text;
  context.setLineDash([3, 3]);
  for (const { at, swapped_ms } of data.reloads) {
    const px = Math.round(x(at + (swapped_ms ?? 0), view, width)) + 0.5;
    if (px < 0 || px > width) continue;
    context.beginPath();
    context.moveTo(px, 0);
    context.lineTo(px, height);
    context.stroke();
  }
  context.setLineDash([]);
  if (picture.band) {
    const [from, to] = picture.band;
    context.globalAlpha = 0.18;
    context.fillStyle = c.cold;
    context.fillRect(Math.min(from, to), 0, Math.abs(to - from), height);
    context.globalAlpha = 1;
  }
}

function drawLane(context: CanvasRenderingContext2D, lane: Lane, top: number, width: number, picture: Picture, c: Colours): void {
  const { view, now, data } = picture;
  const middle = top + LANE / 2;
  const at = (moment: number): number => x(moment, view, width);
  const until = lane.ended ?? now;
  context.fillStyle = c.idle;
  const [left, right] = [Math.max(0, at(lane.started)), Math.min(width, at(until))];
  if (right > left) context.fillRect(left, middle - 0.5, right - left, 1);
  // Until it was ready.
  bar(context, at(lane.started), at(lane.ready ?? until), middle, width, c.cold);
  const old = outdated(lane, data.reloads);
  for (const span of picture.lanes.get(lane.id) ?? []) {
    const [from, to] = [Math.max(span.start + span.before_ms, span.cold ? (lane.ready ?? 0) : 0), end(span, now)];
    if (to < view.from || from > view.to) continue;
    const colour = failed(span) ? c.bad : c.busy;
    bar(context, at(from), at(Math.max(from, Math.min(to, old))), middle, width, colour);
    if (to > old) bar(context, at(Math.max(from, old)), at(to), middle, width, c.old, c.busy);
    if (span.id === picture.chosen) {
      context.strokeStyle = c.chosen;
      context.lineWidth = 1.5;
      context.strokeRect(at(from) - 2, middle - BAR / 2 - 2, Math.max(2, at(to) - at(from)) + 4, BAR + 4);
      context.lineWidth = 1;
    }
  }
  if (lane.ended !== null) {
    context.strokeStyle = c.idle;
    context.beginPath();
    context.arc(at(lane.ended) + 4, middle, 3, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** At least a pixel wide, however short. */
function bar(context: CanvasRenderingContext2D, from: number, to: number, middle: number, width: number, colour: string, edge?: string): void {
  const left = Math.max(-4, from);
  const right = Math.min(width + 4, Math.max(to, from + 1));
  if (right <= left) return;
  context.fillStyle = colour;
  if (right - left < 5) {
    context.fillRect(left, middle - BAR / 2, right - left, BAR);
    return;
  }
  context.beginPath();
  context.roundRect(left, middle - BAR / 2, right - left, BAR, 2.5);
  context.fill();
  if (edge) {
    context.strokeStyle = edge;
    context.stroke();
  }
}
