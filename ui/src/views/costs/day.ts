// The geometry of curves over a simulated day or week: steps, because a figure stands for a stretch of time.

import { shortCount } from '$shared/format';

export interface Box {
  width: number;
  height: number;
  /** The value at the top edge. */
  most: number;
}

/** A stair from the left edge to the right, one tread a value. */
export function step(values: readonly number[], { width, height, most }: Box): string {
  if (values.length === 0 || most <= 0) return '';
  const x = (i: number): string => ((i / values.length) * width).toFixed(1);
  const y = (value: number): string => (height - (Math.min(value, most) / most) * height).toFixed(1);
  return values.reduce((d, value, i) => `${d}${i === 0 ? `M0 ${y(value)}` : `V${y(value)}`}H${x(i + 1)}`, '');
}

/** The next round number above: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((one) => one * power >= value * 0.9999) ?? 10) * power;
}

export interface Tick {
  /** 0 at the left edge, 1 at the right. */
  at: number;
  text: string;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Hours of a day; days of a week, each under its noon. */
export function ticks(minutes: number): Tick[] {
  if (minutes <= 1440) return [0, 4, 8, 12, 16, 20, 24].map((hour) => ({ at: (hour * 60) / 1440, text: `${String(hour).padStart(2, '0')}:00` })).filter(({ at }) => at * 1440 <= minutes);
  const days = Math.round(minutes / 1440);
  return Array.from({ length: days }, (_, i) => ({ at: (i + 0.5) / days, text: DAYS[i % 7] ?? '' }));
}

/** Where in the day or week a step begins: `Tue 14:20`. */
export function timeOf(index: number, stepMinutes: number, steps: number): string {
  const at = index * stepMinutes;
  const clock = `${String(Math.floor((at % 1440) / 60)).padStart(2, '0')}:${String(Math.floor(at % 60)).padStart(2, '0')}`;
  return steps * stepMinutes > 2880 ? `${DAYS[Math.floor(at / 1440) % 7]} ${clock}` : clock;
}

export function perSecond(calls: number): string {
  if (calls === 0) return '0';
  if (calls >= 100) return shortCount(calls);
  return calls >= 10 ? calls.toFixed(0) : String(Number(calls.toPrecision(2)));
}
