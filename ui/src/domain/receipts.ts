// What a change of code did, in words: figures with their noise, and silence inside it.

import type { CheckedImport, CheckedMetric, CheckedWhat, CheckVerdict, Receipt, ReceiptAgainst } from '$ipc';
import { megabytes, ms } from '$shared/format';

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

/** Beside one of those it was compared with: what changed, or that nothing did. */
export function claims({ metrics, imports }: ReceiptAgainst): Claim[] {
  const told = metrics.filter((one) => SHORT[one.metric] !== undefined && (one.verdict === 'worse' || one.verdict === 'better'));
  if (told.length > 0) {
    const by = imports.filter(({ now_ms: now, before_ms: before }) => now !== null && before === null).slice(0, 2);
    return [
      ...told.map((one): Claim => ({ text: `${SHORT[one.metric] ?? ''} ${change(one)}`, tone: one.verdict === 'worse' ? 'worse' : 'better' })),
      ...by.map((one): Claim => ({ text: imported(one), tone: 'quiet' })),
    ];
  }
  // The slow end takes more starts than a save is worth.
  const few = metrics.find((one) => one.verdict === 'too_few' && one.metric !== 'cold_p95');
  const start = metrics.find((one) => one.metric === 'cold_p50');
  const beyond = start ? ` beyond ±${figure('cold_p50', start.band)}` : '';
  return [{ text: few ? `too few starts to say: ${few.more} more` : `no change${beyond}`, tone: 'quiet' }];
}

export function imported({ name, before_ms: before, now_ms: now }: CheckedImport): string {
  if (before === null) return `import ${name} adds ${figure('init', now)}`;
  if (now === null) return `import ${name} is gone, ${figure('init', before)}`;
  return `import ${name} took ${figure('init', before)}, takes ${figure('init', now)}`;
}

export const besides = ({ what, name }: ReceiptAgainst): string => (what === 'commit' ? `commit ${name.slice(0, 7)}` : `revision ${name.slice(0, 6)}`);

export function summary(receipt: Receipt): string {
  return receipt.state === 'interrupted' ? `Measured ${receipt.starts} starts, until a call or a save came` : `Measured ${receipt.starts} starts of each, without a call`;
}
