// What a save did, made up.

import type { CheckedImport, CheckedMetric, CheckReport, CheckVerdict, Fn, Receipt, RecordedChange } from '../wire';

function metric(name: CheckedMetric['metric'], before: number, change: number, band: number, verdict: CheckVerdict = Math.abs(change) <= band ? 'unchanged' : change > 0 ? 'worse' : 'better'): CheckedMetric {
  return { metric: name, before, now: before + change, change, band, verdict, samples: verdict === 'too_few' ? 8 : 20, more: verdict === 'too_few' ? 12 : 0 };
}

const pandas: CheckedImport = { name: 'pandas', from: 'installed', before_ms: null, now_ms: 412.4, verdict: 'worse' };

export function makeReceipt(slow: boolean): Receipt {
  const starts = (added: number): CheckedMetric[] => [
    metric('cold_p50', 61.2, added, 3.1), metric('cold_p95', 74, added * 1.1, 12), metric('start_cpu', 44.8, added * 0.9, 2.4), metric('memory', 23.4, added / 10, 1),
  ];
  return {
    state: 'done', starts: 20,
    against: [
      { what: 'revision', name: '5b1c9e02', recorded: '5b1c9e02', metrics: starts(slow ? 418.5 : 0.4), imports: slow ? [pandas] : [] },
      { what: 'commit', name: '1876ae5', recorded: null, metrics: starts(slow ? 431 : 9.6), imports: slow ? [pandas] : [] },
    ],
  };
}

export function makeRecorded(): RecordedChange {
  return {
    before: '5b1c9e02',
    metrics: [metric('warm', 4.2, 0.1, 0.3), metric('call_cpu', 3.1, 0.7, 0.2), metric('memory', 64, 3, 2, 'too_few')],
    price: { plan: 'aws-lambda-x86', title: 'AWS Lambda x86', before: '0.22', now: '0.22', change: '0.00', band: '0.02', verdict: 'unchanged' },
  };
}

export function makeCheck(fn: Fn): CheckReport {
  const [against] = makeReceipt(true).against;
  return {
    against: { name: 'HEAD', hash: '1876ae5', subject: 'Round prices half up' },
    functions: [{
      name: fn.name, provider: fn.provider, language: fn.language, rounds: 20, calls: 300, events_from: 'given', events: [], outside: [],
      metrics: [...(against?.metrics ?? []), ...makeRecorded().metrics.slice(0, 2)], price: makeRecorded().price, imports: [pandas], budgets: [], regressed: true, notes: [], failure: null,
    }],
    notes: [], past_budget: false, regressed: true, undecided: false,
    rests_on: ['both sides were measured on this machine, on copies of their files, in turn', 'the noise band is how far chance alone may move the change'],
  };
}
