// The geometry of the break-even chart: dollars against calls, both logarithmic, with a floor for what is free.

import type { CostCurve, CostReport, Crossing } from '$ipc';

export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Scales {
  x: (calls: number) => number;
  y: (usd: number) => number;
  calls: (x: number) => number;
  xTicks: number[];
  yTicks: number[];
  /** Where "free" is drawn, under the axis break. */
  floor: number;
}

/** Under ten cents a bill is drawn as free: a logarithm never gets there. */
const LEAST = 0.1;
const FLOOR_PX = 34;

export function scales(report: Pick<CostReport, 'volumes' | 'curves'>, frame: Frame): Scales {
  const low = Math.log10(Math.max(1, report.volumes[0] ?? 1e3));
  const high = Math.log10(Math.max(10, report.volumes.at(-1) ?? 1e10));
  const known = report.curves.flatMap((curve) => curve.usd).filter((usd) => usd >= LEAST);
  const bottom = Math.floor(Math.log10(Math.min(1, ...known)));
  const top = Math.log10(Math.max(100, ...known)) + 0.15;
  const floor = frame.height - frame.bottom;
  const ground = floor - FLOOR_PX;
  const width = frame.width - frame.left - frame.right;
  const x = (calls: number): number => frame.left + ((Math.log10(Math.max(1, calls)) - low) / (high - low)) * width;
  const y = (usd: number): number =>
    usd < LEAST ? floor : ground - ((Math.log10(usd) - bottom) / (top - bottom)) * (ground - frame.top);
  return {
    x,
    y,
    calls: (px) => 10 ** (low + ((px - frame.left) / width) * (high - low)),
    xTicks: decades(Math.ceil(low), Math.floor(high)),
    yTicks: decades(bottom, Math.floor(top)),
    floor,
  };
}

function decades(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 10 ** (from + i));
}

/** Machines come in whole numbers, so their line is stairs; a plan's is drawn point to point. */
export function path(curve: CostCurve, volumes: readonly number[], { x, y }: Scales): string {
  let d = '';
  volumes.forEach((calls, i) => {
    const usd = curve.usd[i];
    if (usd === undefined) return;
    const px = round(x(calls));
    const py = round(y(usd));
    if (d === '') d = `M${px} ${py}`;
    else d += curve.kind === 'machine' ? `H${px}V${py}` : `L${px} ${py}`;
  });
  return d;
}

export interface Label {
  id: string;
  text: string;
  y: number;
}

/** Names at the ends of the lines, pushed apart where the lines end close together. */
export function spread(labels: readonly Label[], gap: number, top: number, bottom: number): Label[] {
  const placed = [...labels].sort((a, b) => a.y - b.y).map((label) => ({ ...label }));
  placed.forEach((label, i) => {
    label.y = Math.max(label.y, i === 0 ? top : (placed[i - 1]?.y ?? top) + gap);
  });
  const over = (placed.at(-1)?.y ?? bottom) - bottom;
  if (over > 0) {
    let limit = bottom;
    for (const label of placed.reverse()) {
      label.y = Math.min(label.y, limit);
      limit = label.y - gap;
    }
    placed.reverse();
  }
  return placed;
}

/** The curve's value at a volume between the given ones. */
export function priceAt(curve: CostCurve, volumes: readonly number[], calls: number): number | null {
  const after = volumes.findIndex((volume) => volume >= calls);
  if (after < 0) return curve.usd.at(-1) ?? null;
  const b = curve.usd[after] ?? null;
  const a = curve.usd[after - 1];
  const from = volumes[after - 1];
  const to = volumes[after];
  if (a === undefined || b === null || from === undefined || to === undefined || curve.kind === 'machine') return b;
  return a + ((calls - from) / (to - from)) * (b - a);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The cheapest plan and the cheapest machine that would do the work: what is drawn while nobody chose. */
export function usual(report: Pick<CostReport, 'plans' | 'machines' | 'curves'>): string[] {
  const drawn = new Set(report.curves.filter(({ usd }) => usd.length > 0).map(({ id }) => id));
  return [report.plans, report.machines].flatMap((options) => {
    const [first] = options
      .filter(({ id, usd, refusal, ruled_out, status }) => drawn.has(id) && usd !== null && refusal === null && ruled_out === null && status === 'current')
      .sort((a, b) => Number(b.cheapest) - Number(a.cheapest) || Number(a.usd) - Number(b.usd) || Number(a.list_usd) - Number(b.list_usd));
    return first ? [first.id] : [];
  });
}

/** The turns between options that are drawn, by volume. */
export function turns(crossings: readonly Crossing[], drawn: ReadonlySet<string>): Crossing[] {
  return crossings.filter(({ plan, machine }) => drawn.has(plan) && drawn.has(machine)).sort((a, b) => a.calls_per_month - b.calls_per_month);
}

export interface Note {
  text: string;
  x: number;
  y: number;
}

interface Placed extends Note {
  /** Where the text begins. */
  left: number;
  base: number;
}

const CHARACTER_PX = 6.2;
const LINE_PX = 14;

/** Notes beside their points, none over another or over a taken place; one that finds no room is left out. */
export function placeNotes(notes: readonly Note[], frame: Frame, taken: readonly Note[] = []): Placed[] {
  const boxes = taken.map(({ text, x, y }) => ({ left: x, right: x + text.length * CHARACTER_PX, top: y - LINE_PX, bottom: y }));
  const placed: Placed[] = [];
  for (const note of notes) {
    const width = note.text.length * CHARACTER_PX;
    const spots = [[10, 18], [-width - 10, -9], [10, -9], [-width - 10, 18], [10, 34], [-width - 10, -25]] as const;
    for (const [dx, dy] of spots) {
      const box = { left: note.x + dx, right: note.x + dx + width, top: note.y + dy - LINE_PX + 3, bottom: note.y + dy + 3 };
      const inside = box.left > frame.left && box.right < frame.width - frame.right + 4 && box.top > frame.top && box.bottom < frame.height - frame.bottom;
      if (!inside || boxes.some((one) => box.left < one.right && box.right > one.left && box.top < one.bottom && box.bottom > one.top)) continue;
      boxes.push(box);
      placed.push({ ...note, left: box.left, base: note.y + dy });
      break;
    }
  }
  return placed;
}
