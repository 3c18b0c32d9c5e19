// How figures are written, in one place: a number and its unit apart, so that the unit can be set dim.

export interface Figure {
  text: string;
  unit: string;
}

const NONE: Figure = { text: '–', unit: '' };
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return grouped.format(value);
}

/** 1,500,000 → `1.5 M`, for axes and prose. */
export function shortCount(value: number): string {
  for (const [size, mark] of [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= size) return `${trim(value / size, value / size < 10 ? 1 : 0)} ${mark}`;
  }
  return trim(value, 0);
}

/** Milliseconds: three significant figures below 100, whole ones to ten seconds, then seconds. */
export function ms(value: number | null | undefined): Figure {
  if (value === null || value === undefined) return NONE;
  if (value >= 100_000) return { text: count(value / 1000), unit: 's' };
  if (value >= 10_000) return { text: (value / 1000).toFixed(1), unit: 's' };
  if (value >= 99.95) return { text: count(value), unit: 'ms' };
  if (value >= 9.95) return { text: trim(value, 1), unit: 'ms' };
  return { text: trim(value, value < 0.995 ? 2 : 1), unit: 'ms' };
}

/** A guess from one to the other: no more figures than a guess has. */
export function msRange(low: number, high: number): string {
  if (high >= 1000) return low >= 9_950 ? `${count(low / 1000)}–${count(high / 1000)} s` : `${trim(low / 1000, 1)}–${trim(high / 1000, 1)} s`;
  const step = high >= 100 ? 10 : 1;
  const near = (value: number): number => Math.round(value / step) * step;
  return `${near(low)}–${near(high)} ms`;
}

/** Milliseconds without decimals, for columns that are compared by eye. */
export function wholeMs(value: number | null | undefined): Figure {
  if (value === null || value === undefined) return NONE;
  if (value > 0 && value < 0.5) return { text: '<1', unit: 'ms' };
  return value >= 100_000 ? { text: count(value / 1000), unit: 's' } : { text: count(value), unit: 'ms' };
}

/** A share as percent. A little is never shown as nothing: 0.04 % keeps its decimals. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : percentOf((part / whole) * 100);
}

export function percentOf(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0 %';
  if (value < 0.01) return '<0.01 %';
  if (value > 99 && value < 100) return '>99 %';
  if (value < 0.1) return `${trim(value, 2)} %`;
  return `${trim(value, value < 20 ? 1 : 0)} %`;
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1_000_000) return `${trim(value / 1000, value < 100_000 ? 1 : 0)} KB`;
  if (value < 1_000_000_000) return `${trim(value / 1_000_000, 1)} MB`;
  return `${trim(value / 1_000_000_000, 1)} GB`;
}

/** Whole ones are rounded up, as Lambda's own line has them: what was used did not fit into fewer. */
export function megabytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value > 0 && value < 10 ? trim(value, 1) : count(Math.ceil(value));
}

/** Decimal dollars from the wire: cents where they say something, else two significant figures. Never through a sum. */
export function usd(value: string | number | null): string {
  if (value === null) return '–';
  const amount = typeof value === 'number' ? value : Number(value);
  if (!Number.isFinite(amount)) return '–';
  if (amount === 0) return '$0.00';
  if (amount < 0) return `−${usd(-amount)}`;
  if (amount >= 0.1) {
    return `$${amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  }
  const digits = Math.min(14, 1 - Math.floor(Math.log10(amount)));
  return `$${amount.toFixed(digits)}`;
}

/** How long ago, in the fewest words: `now`, `9 s`, `4 min`, `3 h`, `2 d`. */
export function ago(then: string, nowMs: number): string {
  const s = Math.max(0, (nowMs - Date.parse(then)) / 1000);
  if (s < 2) return 'now';
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

/** Time left as a countdown, `4:32`; empty when it has passed. */
export function countdown(until: string, nowMs: number): string {
  const s = Math.round((Date.parse(until) - nowMs) / 1000);
  if (s <= 0) return '';
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** Local wall-clock time with milliseconds, as log lines show it. */
export function clock(at: string, withMs = true): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withMs ? `${time}.${String(date.getMilliseconds()).padStart(3, '0')}` : time;
}

/** Day and time, for what is older than today. */
export function moment(at: string, nowMs: number): string {
  const date = new Date(at);
  const today = new Date(nowMs);
  if (date.toDateString() === today.toDateString()) return clock(at, false);
  const day = date.toLocaleDateString('en', { day: 'numeric', month: 'short' });
  return `${day} ${clock(at, false)}`;
}

/** A span of time as a person would set it: `5 min`, `30 s`. */
export function duration(valueMs: number): string {
  if (valueMs < 1000) return `${trim(valueMs, valueMs < 10 ? 1 : 0)} ms`;
  if (valueMs < 60_000 || valueMs % 60_000 !== 0) return `${trim(valueMs / 1000, 1)} s`;
  return `${valueMs / 60_000} min`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function trim(value: number, digits: number): string {
  const fixed = value.toFixed(digits);
  return digits === 0 ? fixed : fixed.replace(/\.?0+$/, '');
}
