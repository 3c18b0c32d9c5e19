import { expect, test } from 'vitest';
import { makeReceipt } from '../ipc/mock/receipt';
import { besides, change, claims, recordedBeside, recordedClaims, summary, verdict, worst } from './receipts';

test('a change is claimed with its size and its import, and noise is silent', () => {
  const [revision, commit] = makeReceipt(true).against;
  expect(revision && claims(revision, 'hello').map(({ text, tone }) => [text, tone])).toEqual([
    ['start +419 ms', 'worse'], ['CPU +377 ms', 'worse'], ['memory +42 MB', 'worse'], ['import pandas adds 412 ms', 'quiet'],
  ]);
  expect(commit && besides(commit)).toBe('commit 1876ae5');
  const quiet = makeReceipt(false).against[0];
  expect(quiet && claims(quiet, 'hello')).toEqual([{ text: 'no change beyond ±3.1 ms', tone: 'quiet' }]);
});

test('starts that leave it open say what takes more', () => {
  const few = { metric: 'cold_p50', before: 40, now: 90, change: 50, band: 60, verdict: 'too_few', samples: 20, more: 12 } as const;
  expect(claims({ what: 'revision', name: 'abc', recorded: null, metrics: [few], imports: [] }, 'hello')).toEqual([{ text: '20 starts leave it open: coldframe check hello takes more', tone: 'quiet' }]);
  expect([change({ ...few, change: -3.25 }), verdict(few)]).toEqual(['−3.3 ms', 'too few samples, 12 more']);
});

test('recorded calls are compared once with each revision, whatever it stands for', () => {
  const receipt = makeReceipt(true);
  expect(recordedBeside(receipt)).toEqual([{ beside: '5b1c9e02', label: 'revision 5b1c9e' }]);
  const both = { ...receipt, against: receipt.against.map((one) => ({ ...one, recorded: '5b1c9e02' })) };
  expect(recordedBeside(both)).toEqual([{ beside: '5b1c9e02', label: 'revision 5b1c9e and commit 1876ae5' }]);
  const apart = { ...receipt, against: receipt.against.map((one, i) => ({ ...one, recorded: `r${i}` })) };
  expect(recordedBeside(apart).map(({ beside }) => beside)).toEqual(['r0', 'r1']);
});

test('recorded calls say what they were and are, and nothing within the noise', () => {
  const metric = (name: 'warm' | 'memory', before: number, now: number, said: 'worse' | 'unchanged') => ({ metric: name, before, now, change: now - before, band: 1, verdict: said, samples: 40, more: 0 });
  const price = { plan: 'p', title: 'P', before: '0.43', now: '3.33', change: '2.90', band: '0.02', verdict: 'worse' } as const;
  const slow = recordedClaims({ before: 'abc', metrics: [metric('warm', 16, 350, 'worse'), metric('memory', 64, 80, 'worse')], price });
  expect(slow).toEqual([{ text: 'warm 16 ms → 350 ms', tone: 'worse' }, { text: '$0.43 → $3.33 a million', tone: 'worse' }]);
  const quiet = recordedClaims({ before: 'abc', metrics: [metric('warm', 16, 16.2, 'unchanged')], price: { ...price, verdict: 'unchanged' } });
  expect(quiet).toEqual([]);
  expect(worst([{ claims: quiet, of: 'a' }, { claims: slow, of: 'b' }])?.of).toBe('b');
  expect(worst([{ claims: quiet }])).toBeNull();
});

test('what a call came between goes on, and says so while it may', () => {
  const receipt = { ...makeReceipt(false), state: 'interrupted', starts: 2 } as const;
  expect(summary(receipt, true)).toBe('Measured 2 starts so far; it goes on when nobody calls');
  expect(summary(receipt, false)).toBe('Measured 2 starts, until a save came');
  const few = { what: 'revision', name: 'abc', recorded: null, metrics: [], imports: [] };
  expect(claims(few, 'hello', true)).toEqual([{ text: 'measured on when nobody calls', tone: 'quiet' }]);
});
