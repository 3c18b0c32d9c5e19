import { expect, test } from 'vitest';
import { makeReceipt } from '../ipc/mock/receipt';
import { besides, change, claims, recordedBeside, verdict } from './receipts';

test('a change is claimed with its size and its import, and noise is silent', () => {
  const [revision, commit] = makeReceipt(true).against;
  expect(revision && claims(revision).map(({ text, tone }) => [text, tone])).toEqual([
    ['start +419 ms', 'worse'], ['CPU +377 ms', 'worse'], ['memory +42 MB', 'worse'], ['import pandas adds 412 ms', 'quiet'],
  ]);
  expect(commit && besides(commit)).toBe('commit 1876ae5');
  const quiet = makeReceipt(false).against[0];
  expect(quiet && claims(quiet)).toEqual([{ text: 'no change beyond ±3.1 ms', tone: 'quiet' }]);
});

test('too few starts say how many are missing', () => {
  const few = { metric: 'cold_p50', before: 40, now: 90, change: 50, band: 60, verdict: 'too_few', samples: 8, more: 12 } as const;
  expect(claims({ what: 'revision', name: 'abc', recorded: null, metrics: [few], imports: [] })).toEqual([{ text: 'too few starts to say: 12 more', tone: 'quiet' }]);
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
