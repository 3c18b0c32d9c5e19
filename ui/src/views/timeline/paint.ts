// The lanes on a canvas: only those in view, and of their calls no more than there are pixels.

import type { Lane, ReloadMark } from '$ipc';
import type { View } from '$domain/timeline.svelte';
import type { Bar, Colours, Ink } from './ink';
import { begun, broke, end, failed, starting, type Row } from './lanes';
import { moment, ticks, x } from './scale';

export const LANE = 28;
/** Bars below it have no corners, pixels. */
const SHORT = 6;
/** How high each is and how far above the middle it begins, pixels: the second way to tell them apart. */
const SHAPES: Record<Bar, readonly [high: number, up: number]> = { wait: [3, -8], boot: [14, 7], init: [8, 4], busy: [14, 7], old: [10, 5], bad: [18, 9] };

export interface Picture {
  rows: readonly Row[];
  reloads: readonly ReloadMark[];
  view: View;
  now: number;
  /** How far the lanes are scrolled, pixels. */
  top: number;
  width: number;
  height: number;
  /** Before it, calls are left out. */
  whole: number;
}

/** From so many pixels on: what is to the left of it stands there. */
export function drawLanes(context: CanvasRenderingContext2D, picture: Picture, ink: Ink, from: number): void {
  const { view, top, width, height, rows, whole } = picture;
  context.fillStyle = ink.colours.line;
  for (const { at } of ticks(view, width)) context.fillRect(Math.round(x(at, view, width)), 0, 1, height);
  const veiled = Math.min(width, x(whole, view, width));
  if (veiled > from) {
    context.fillStyle = ink.veil;
    context.fillRect(0, 0, veiled, height);
  }
  const first = Math.max(0, Math.floor(top / LANE));
  const last = Math.min(rows.length, Math.ceil((top + height) / LANE));
  for (let index = first; index < last; index += 1) {
    const row = rows[index];
    if (row) drawLane(context, row, index * LANE - top + LANE / 2, picture, ink, moment(from, view, width));
  }
  drawReloads(context, picture, ink.colours);
}

function drawReloads(context: CanvasRenderingContext2D, { reloads, view, width, height }: Picture, c: Colours): void {
  context.strokeStyle = c.text;
  context.setLineDash([3, 3]);
  for (const { at, swapped_ms } of reloads) {
    const px = Math.round(x(at + (swapped_ms ?? 0), view, width)) + 0.5;
    if (px < 0 || px > width) continue;
    context.beginPath();
    context.moveTo(px, 0);
    context.lineTo(px, height);
    context.stroke();
  }
  context.setLineDash([]);
}

function drawLane(context: CanvasRenderingContext2D, { lane, spans, outdated }: Row, middle: number, picture: Picture, ink: Ink, since: number): void {
  const { view, now, width } = picture;
  const at = (moment: number): number => x(moment, view, width);
  const until = lane.ended ?? now;
  if (lane.started > view.to || until < view.from) return;
  drawLife(context, at(lane.started), at(Math.min(until, outdated)), at(until), middle, width, ink.colours);
  const bars = new Bars(context, middle, width, ink);
  for (const { kind, from, to } of starting(lane, until)) bars.add(kind, at(from), at(to));
  for (const span of spans) {
    const to = end(span, now);
    if (to < since || span.start > view.to) continue;
    if (span.wait_ms > 0) bars.add('wait', at(span.start), at(span.start + span.wait_ms), 0);
    const from = Math.min(begun(span, lane), to);
    if (failed(span)) bars.add('bad', at(from), at(to));
    else {
      if (from < outdated) bars.add('busy', at(from), at(Math.min(to, outdated)));
      if (to > outdated) bars.add('old', at(Math.max(from, outdated)), at(to));
    }
  }
  bars.done();
  drawEnds(context, lane, at(lane.started), at(until), middle, ink.colours);
}

/** Alive: a line, broken from when on the instance only finishes what it has. */
function drawLife(context: CanvasRenderingContext2D, from: number, old: number, to: number, middle: number, width: number, c: Colours): void {
  context.strokeStyle = c.idle;
  const line = (left: number, right: number, dash: number[]): void => {
    const [begin, close] = [Math.max(-8, left), Math.min(width + 8, right)];
    if (close <= begin) return;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(begin, middle);
    context.lineTo(close, middle);
    context.stroke();
  };
  line(from, old, []);
  line(Math.max(from, old), to, [5, 3]);
  context.setLineDash([]);
}

/** One more instance, a wedge up; one less, a wedge down, or a cross where its process broke. */
function drawEnds(context: CanvasRenderingContext2D, lane: Lane, from: number, to: number, middle: number, c: Colours): void {
  context.fillStyle = context.strokeStyle = c.text;
  if (from >= -4) wedge(context, from - 4.5, middle, -1, true);
  if (lane.ended === null) return;
  if (!broke(lane)) return wedge(context, to + 5.5, middle, 1, false);
  context.strokeStyle = c.bad;
  context.lineWidth = 1.6;
  context.beginPath();
  for (const by of [-1, 1]) {
    context.moveTo(to + 2, middle - 3.5 * by);
    context.lineTo(to + 9, middle + 3.5 * by);
  }
  context.stroke();
  context.lineWidth = 1;
}

function wedge(context: CanvasRenderingContext2D, at: number, middle: number, down: number, filled: boolean): void {
  context.beginPath();
  context.moveTo(at - 3.5, middle - 2.5 * down);
  context.lineTo(at + 3.5, middle - 2.5 * down);
  context.lineTo(at, middle + 3 * down);
  context.closePath();
  if (filled) context.fill();
  else context.stroke();
}

/** Of one lane. Short ones are whole pixels, each drawn once and with its neighbours: that bounds what a frame costs. */
class Bars {
  readonly #until: Partial<Record<Bar, number>> = {};
  /** Short ones side by side that are not drawn yet: those that wait lie apart from the others. */
  readonly #runs: [wait: Run, other: Run] = [{ kind: 'wait', left: 0, right: 0 }, { kind: 'busy', left: 0, right: 0 }];

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly middle: number,
    private readonly width: number,
    private readonly ink: Ink,
  ) {}

  /** At least so wide, however short. */
  add(kind: Bar, from: number, to: number, least = 1): void {
    const left = Math.max(-4, from);
    const right = Math.min(this.width + 4, Math.max(to, from + least));
    const drawn = this.#until[kind] ?? -Infinity;
    if (right <= left || right <= drawn) return;
    const run = this.#runs[kind === 'wait' ? 0 : 1];
    if (right - left < SHORT) {
      const first = Math.max(Math.round(left), drawn);
      const last = Math.max(Math.round(left) + 1, Math.round(right));
      if (last <= first) return;
      if (run.kind !== kind || first > run.right) this.#draw(run, { kind, left: first, right: last });
      run.right = this.#until[kind] = last;
      return;
    }
    this.#draw(run, { kind, left: 0, right: 0 });
    this.#until[kind] = right;
    const [high, up] = SHAPES[kind];
    const { context, middle } = this;
    context.fillStyle = this.ink.fills[kind];
    context.beginPath();
    context.roundRect(left, middle - up, right - left, high, kind === 'wait' ? 0 : 2.5);
    context.fill();
    if (kind !== 'boot' && kind !== 'old' && kind !== 'bad') return;
    context.strokeStyle = kind === 'boot' ? this.ink.colours.cold : kind === 'old' ? this.ink.colours.busy : this.ink.colours.bad;
    context.stroke();
  }

  /** No more are to come. */
  done(): void {
    for (const run of this.#runs) this.#draw(run, { ...run, right: run.left });
  }

  #draw(run: Run, next: Run): void {
    const [high, up] = SHAPES[run.kind];
    if (run.right > run.left) {
      this.context.fillStyle = this.ink.fills[run.kind];
      this.context.fillRect(run.left, this.middle - up, run.right - run.left, high);
    }
    Object.assign(run, next);
  }
}

interface Run {
  kind: Bar;
  left: number;
  right: number;
}
