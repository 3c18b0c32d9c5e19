import { expect, test } from 'vitest';
import type { RowFailure, RowKind, RowResult, SideRow } from '$ipc';
import { aimOf, saved, waitsFor } from './tourend';

const RESULT: RowResult = {
  at: '', serverless: { figure: '1', what: '' }, always_on: { figure: '2', what: '' }, sentence: '', better: null, answers: [], asked_calls: null, details: [], course: null, too_few: null, open: false, hint: null, rests_on: [],
};
const row = (kind: RowKind, title: string, result: RowResult | null): SideRow => ({ row: kind, title, claim: '', does: '', seconds: 1, sends_twice: false, asks: [], sourced: [], result });
const LATENCY = row('latency', 'Latency', RESULT);
const OPEN = row('administration', 'Administration', { ...RESULT, open: true });
const table = (rows: SideRow[], failures: RowFailure[] = []): Parameters<typeof saved>[0] => ({ rows, running: null, failures });
const seen = (): boolean => true;

test('the last step leads to what is missing, then to what waits for the person, then to the export', () => {
  const new_ = row('latency', 'Latency', null);
  expect(aimOf(table([new_, OPEN]), seen)).toEqual({ to: 'all' });
  const failed = table([new_, OPEN], [{ row: 'latency', message: '', hint: null, not_resident: false }]);
  expect(aimOf(failed, seen)).toEqual({ to: 'row', row: 'latency', title: 'Latency' });
  expect(aimOf(table([LATENCY, OPEN]), ({ row }) => row !== 'latency')).toEqual({ to: 'guess', row: 'latency', title: 'Latency' });
  expect(aimOf(table([LATENCY, OPEN]), seen)).toEqual({ to: 'hours', title: 'Administration' });
  expect(aimOf(table([LATENCY, { ...OPEN, result: RESULT }]), seen)).toEqual({ to: 'export' });
  const running: Parameters<typeof aimOf>[0] = { ...table([new_]), running: { function: 1, row: 'latency', doing: '', done: 0, waiting: [], stopping: false } };
  expect(aimOf(running, seen)).toEqual({ to: 'going' });
});

test('it is said how many rows have happened, and which one waits for whom', () => {
  const open = table([LATENCY, OPEN]);
  expect(waitsFor(aimOf(open, seen), open)).toContain('1 of 2 rows of the table have happened to a function of yours. Administration waits for you');
  expect(saved(open)).toContain('1 of 2 rows');
  expect(saved(open)).toContain('Administration waits for your own hours');
  expect(saved(table([LATENCY, { ...OPEN, result: RESULT }]))).toBe('All 2 rows of the table have happened to a function of yours. The page that says so is saved.');
  expect(saved(table([row('latency', 'Latency', null), OPEN]))).toBeNull();
});
