// How the rate of a load test goes, in numbers for a picture and in words.

import type { LoadFigures, LoadPlan, LoadRun, LoadShape } from '$ipc';
import { count, duration } from '$shared/format';

/** Answered calls of which one in a thousand is one at least. */
const FOR_P999 = 1_000;

/** Of fewer calls it would be the slowest of them, under a name that promises more. */
export function p999({ ok, errors, latency }: Pick<LoadFigures, 'ok' | 'errors' | 'latency'>): number | null {
  return ok + errors < FOR_P999 ? null : (latency?.p999_ms ?? null);
}

export const SHAPES: readonly { value: LoadShape; label: string; title: string }[] = [
  { value: 'constant', label: 'Constant', title: 'Calls at equal distances' },
  { value: 'ramp', label: 'Ramp', title: 'From one rate to another, evenly' },
  { value: 'spike', label: 'Spike', title: 'A burst in the middle' },
  { value: 'poisson', label: 'Poisson', title: 'At random, as independent callers come' },
  { value: 'replay', label: 'Replay', title: 'The recorded calls of this function, again' },
];

export interface Pattern {
  shape: LoadShape;
  rate: number;
  fromRate: number;
  peakRate: number;
  peakS: number;
  seconds: number;
}

/** Calls a second wanted in each of so many equal parts of the time. */
export function rates(of: Pattern, parts: number): number[] {
  return Array.from({ length: parts }, (_, part) => {
    const at = (part + 0.5) / parts;
    if (of.shape === 'ramp') return of.fromRate + (of.rate - of.fromRate) * at;
    const inPeak = of.shape === 'spike' && Math.abs(at - 0.5) * of.seconds < of.peakS / 2;
    return inPeak ? of.peakRate : of.rate;
  });
}

/** How many calls that is. */
export function calls(of: Pattern): number {
  if (of.shape === 'ramp') return Math.round(((of.fromRate + of.rate) / 2) * of.seconds);
  if (of.shape === 'spike') return Math.round(of.rate * (of.seconds - of.peakS) + of.peakRate * of.peakS);
  return Math.round(of.rate * of.seconds);
}

/** `4.5`, `120`: calls a second. */
export function perSecond(rate: number): string {
  return rate >= 99.95 || Number.isInteger(rate) ? count(rate) : rate.toFixed(rate < 0.995 ? 2 : 1);
}

/** What was asked for, short: `ramp 0 → 100/s, 30 s`. */
export function says(plan: LoadPlan): string {
  const length = duration(Math.round(plan.seconds * 10) * 100);
  switch (plan.shape) {
    case 'ramp':
      return `ramp ${perSecond(plan.from_rate ?? 0)} → ${perSecond(plan.rate)}/s, ${length}`;
    case 'spike':
      return `spike ${perSecond(plan.rate)} → ${perSecond(plan.peak_rate ?? 0)}/s for ${duration((plan.peak_s ?? 0) * 1000)}, ${length}`;
    case 'replay':
      return `replay of ${plan.replay_minutes ?? 0} min${plan.speed === 1 ? '' : `, ${plan.speed ?? 1} × as fast`}, ${length}`;
    default:
      return `${plan.shape} ${perSecond(plan.rate)}/s, ${length}`;
  }
}

export const STATES: Record<LoadRun['state'], string> = {
  running: 'running',
  draining: 'waiting for the last answers',
  done: 'done',
  stopped: 'stopped',
  interrupted: 'interrupted',
};

/** The search that finds a run's calls among all. */
export function search(run: LoadRun, ...more: string[]): string {
  const second = (at: string, round: (s: number) => number): string => new Date(round(Date.parse(at) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const until = run.ended_at === null ? [] : [`until:${second(run.ended_at, Math.ceil)}`];
  return [`fn:${run.name}`, 'by:load_test', ...more, `since:${second(run.started_at, Math.floor)}`, ...until].join(' ');
}

/** Percent as a place on an axis on which 90, 99 and 99.9 are equally far apart. */
export const nines = (percent: number): number => Math.log10(1 / (1 - Math.min(percent, 99.999) / 100));

export function percentAt(place: number): string {
  const percent = 100 * (1 - 10 ** -place);
  return `${percent >= 99 ? percent.toFixed(percent >= 99.95 ? 2 : 1).replace(/\.0$/, '') : Math.round(percent)} %`;
}
