// The lanes on their canvas, painted again only where they changed: while the present is followed, what stands there
// moves to the left by whole pixels, and its newest part is drawn.

import { shifted, cleared, type Ink } from './ink';
import { drawLanes, type Picture } from './paint';
import { x } from './scale';

/** What is drawn of a thing beyond where it is: marks of beginnings and ends. */
const BESIDE = 12;

export class Painter {
  #last: { canvas: HTMLCanvasElement; picture: Picture; ink: Ink } | null = null;

  /** `since`: nothing before it has changed since the rows were other ones. */
  paint(canvas: HTMLCanvasElement, picture: Picture, ink: Ink, since: number): void {
    const last = this.#last?.canvas === canvas && this.#last.ink === ink ? this.#last.picture : null;
    this.#last = { canvas, picture, ink };
    const { width, height } = picture;
    const kept = last && still(last, picture, since);
    const context = kept ? shifted(canvas, kept, width, height) : cleared(canvas, width, height);
    if (!context) return;
    drawLanes(context, picture, ink, kept ? kept.from : 0);
    context.restore();
  }
}

export interface Kept {
  /** How far the picture moved to the left, pixels. */
  by: number;
  /** From where on it is drawn anew. */
  from: number;
}

/** What of the last picture is true in the next one; null where it is better begun anew. */
export function still(last: Picture, next: Picture, since: number): Kept | null {
  const { view, width } = next;
  const length = view.to - view.from;
  const by = Math.round(((view.from - last.view.from) / length) * width);
  const exact = Math.abs(((view.from - last.view.from) / length) * width - by) < 0.01 && Math.abs(last.view.to - last.view.from - length) < 0.01;
  const whole = Number.isInteger(by * (globalThis.devicePixelRatio || 1));
  const same = (['width', 'height', 'top', 'whole'] as const).every((part) => last[part] === next[part]);
  if (!same || !exact || !whole || by < 0 || by > width / 2 || !alike(last, next)) return null;
  const changed = last.rows === next.rows && last.reloads === next.reloads ? last.now : Math.min(last.now, since, risen(last));
  return { by, from: Math.max(1, Math.floor(x(changed, view, width)) - BESIDE) };
}

/** The same lanes in the same places. */
function alike({ rows: last }: Picture, { rows: next }: Picture): boolean {
  return last === next || (last.length === next.length && last.every(({ lane }, at) => lane.id === next[at]?.lane.id));
}

/** Since when there are instances of which it is not known yet how they came up. */
function risen({ rows }: Picture): number {
  return rows.reduce((earliest, { lane }) => (lane.ready === null && lane.ended === null ? Math.min(earliest, lane.started) : earliest), Infinity);
}
