// What a change of code did, in words: figures with their noise, and silence inside it.

import type { CheckedImport, CheckedMetric, CheckedWhat, CheckVerdict, Receipt, ReceiptAgainst, RecordedChange } from '$ipc';
import { megabytes, ms, usd } from '$shared/format';

export const TITLES: Record<CheckedWhat, string> = {
  cold_p50: 'Cold start, p50', cold_p95: 'Cold start, p95', init: 'Boot and init', start_cpu: 'CPU of a start', warm: 'Warm call, p50', call_cpu: 'CPU of a call', memory: 'Peak memory',
};

const SHORT: Partial<Record<CheckedWhat, string>> = { cold_p50: 'start', start_cpu: 'CPU', memory: 'memory', warm: 'warm call', call_cpu: 'CPU of a call' };

export const VERDICTS: Record<CheckVerdict, string> = { unchanged: 'unchanged', worse: 'worse', better: 'better', too_few: 'too few samples', alone: '–' };

export function figure(what: CheckedWhat, value: number | null): string {
  if (value === null) return '–';
  if (what === 'memory') return `${megabytes(value)} MB`;
  const { text, unit } = ms(value);
  return `${text} ${unit}`;
}

/** With its sign. */
export function change({ metric, change: by }: CheckedMetric): string {
  return by === null ? '–' : `${by < 0 ? '−' : '+'}${figure(metric, Math.abs(by))}`;
}

export function verdict({ verdict: said, more }: CheckedMetric): string {
  return said === 'too_few' ? `too few samples, ${more} more` : VERDICTS[said];
}

export interface Claim {
  text: string;
  tone: 'worse' | 'better' | 'quiet';
}

/** With whose recorded calls those of the new code are compared: each revision once, whatever it stands for. */
export function recordedBeside({ against }: Receipt): { beside: string; label: string }[] {
  const known = new Map<string, string[]>();
  for (const one of against) if (one.recorded !== null) known.set(one.recorded, [...(known.get(one.recorded) ?? []), besides(one)]);
  return [...known].map(([beside, names]) => ({ beside, label: names.join(' and ') }));
}

const isChanged = ({ verdict: said }: { verdict: CheckVerdict }): boolean => said === 'worse' || said === 'better';

const tone = ({ verdict: said }: { verdict: CheckVerdict }): Claim['tone'] => (said === 'worse' ? 'worse' : 'better');

const claim = (one: CheckedMetric): Claim => ({ text: `${SHORT[one.metric] ?? ''} ${change(one)}`, tone: tone(one) });

/** What changed of starts; nothing within the noise. */
export const startClaims = ({ metrics }: ReceiptAgainst): Claim[] => metrics.filter((one) => SHORT[one.metric] !== undefined && isChanged(one)).map(claim);

/** Beside one of those it was compared with: what changed, or that nothing did. */
export function claims(against: ReceiptAgainst, name: string, goesOn = false): Claim[] {
  const { metrics, imports } = against;
  const told = startClaims(against);
  if (told.length > 0) {
    const by = imports.filter(({ now_ms: now, before_ms: before }) => now !== null && before === null).slice(0, 2);
    return [...told, ...by.map((one): Claim => ({ text: imported(one), tone: 'quiet' }))];
  }
  if (goesOn) return [{ text: 'measured on when nobody calls', tone: 'quiet' }];
  // The slow end takes more starts than a save is worth. Of all else the fewest were taken: here they do not agree.
  const few = metrics.find((one) => one.verdict === 'too_few' && one.metric !== 'cold_p95');
  const start = metrics.find((one) => one.metric === 'cold_p50');
  const beyond = start ? ` beyond ±${figure('cold_p50', start.band)}` : '';
  return [{ text: few ? `${few.samples} starts leave it open: coldframe check ${name} takes more` : `no change${beyond}`, tone: 'quiet' }];
}

/** What changed of recorded warm calls, with what it was: their duration and price, else what else there is. */
export function recordedClaims({ metrics, price }: RecordedChange): Claim[] {
  const changed = metrics.filter(isChanged);
  const warm = changed.filter(({ metric }) => metric === 'warm');
  const told = warm.length > 0 ? warm : changed;
  return [
    ...told.map((one): Claim => ({ text: `${RECORDED[one.metric] ?? TITLES[one.metric]} ${figure(one.metric, one.before)} → ${figure(one.metric, one.now)}`, tone: tone(one) })),
    ...(price && price.before !== null && isChanged(price) ? [{ text: `${usd(price.before)} → ${usd(price.now)} a million`, tone: tone(price) }] : []),
  ];
}

const RECORDED: Partial<Record<CheckedWhat, string>> = { warm: 'warm', call_cpu: 'CPU of a call', memory: 'memory' };

/** The most that is said of one side: what got worse, else what got better. */
export function worst<T extends { claims: Claim[] }>(all: readonly T[]): T | null {
  return all.find((one) => one.claims.some(({ tone: said }) => said === 'worse')) ?? all.find((one) => one.claims.length > 0) ?? null;
}

export function imported({ name, before_ms: before, now_ms: now }: CheckedImport): string {
  if (before === null) return `import ${name} adds ${figure('init', now)}`;
  if (now === null) return `import ${name} is gone, ${figure('init', before)}`;
  return `import ${name} took ${figure('init', before)}, takes ${figure('init', now)}`;
}

export const besides = ({ what, name }: ReceiptAgainst): string => (what === 'commit' ? `commit ${name.slice(0, 7)}` : `revision ${name.slice(0, 6)}`);

export function summary(receipt: Receipt, newest: boolean): string {
  if (receipt.state === 'done') return `Measured ${receipt.starts} starts of each, without a call`;
  return newest ? `Measured ${receipt.starts} starts so far; it goes on when nobody calls` : `Measured ${receipt.starts} starts, until a save came`;
}
