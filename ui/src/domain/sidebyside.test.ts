import { expect, test } from 'vitest';
import type { Asked } from './guesses.svelte';
import { SideForm } from './sidebyside.svelte';

test('what was left empty is left to the host, and what makes no sense is said', () => {
  const form = new SideForm();
  expect(form.wrong).toBeNull();
  expect(form.request(1, '{}', ['latency'], false)).toMatchObject({ function: 1, rows: ['latency'], calls_per_month: null, job_minutes: 30, deploy_s: null, writes_twice_ok: false });
  form.calls = 1_000.4;
  form.deploy = 240;
  expect(form.request(1, '{}', [], true)).toMatchObject({ calls_per_month: 1_000, deploy_s: 240, writes_twice_ok: true });
  form.deploy = -1;
  expect(form.wrong).toContain('A deployment takes');
  form.deploy = NaN;
  form.calls = 0;
  expect(form.wrong).toContain('Calls a month');
  form.calls = NaN;
  form.jobMinutes = NaN;
  expect(form.wrong).toContain('A job takes');
});

test('a guess is of one function, row and question', () => {
  const form = new SideForm();
  form.guess(1, 'steady_spiky', 0, 'always_on');
  expect(form.guessed(1, 'steady_spiky', 0)).toBe('always_on');
  expect([form.guessed(1, 'steady_spiky', 1), form.guessed(2, 'steady_spiky', 0)]).toEqual([null, null]);
});

test('one figure that makes no sense keeps its own row alone back, and is left out of the others', () => {
  const form = new SideForm();
  form.calls = 1e15;
  expect([form.wrongWith('steady_spiky'), form.wrongWith('latency'), form.wrong]).toEqual([expect.stringContaining('Calls a month'), null, expect.stringContaining('Calls a month')]);
  expect(form.request(1, '{}', ['latency'], false).calls_per_month).toBeNull();
});

test('what came of a row is shown once it was answered, or asked for', () => {
  const form = new SideForm();
  const row: Asked = { row: 'steady_spiky', asks: ['evenly', 'in spikes'], result: { asked_calls: null } };
  form.guess(1, 'steady_spiky', 0, 'always_on');
  expect([form.answered(1, row), form.answered(1, { row: 'latency', asks: [], result: null })]).toEqual([false, true]);
  form.guess(1, 'steady_spiky', 1, 'serverless');
  form.guesses.show(2, row);
  expect([form.answered(1, row), form.answered(2, row)]).toEqual([true, true]);
  form.guesses.forget(1);
  expect([form.answered(1, row), form.answered(2, row)]).toEqual([false, true]);
});

test('another number of calls is another question, and what came of the one before keeps its answers', () => {
  const form = new SideForm();
  const of = (asked_calls: number | null): Asked => ({ row: 'steady_spiky', asks: ['evenly'], result: { asked_calls } });
  form.guess(1, 'steady_spiky', 0, 'always_on');
  form.sent(['latency', 'steady_spiky']);
  form.calls = 28_000_000;
  expect([form.another(of(null)), form.guessed(1, 'steady_spiky', 0), form.answered(1, of(null))]).toEqual([true, null, true]);
  form.sent(['steady_spiky']);
  expect([form.another(of(28_000_000)), form.answered(1, of(28_000_000))]).toEqual([false, false]);
  form.calls = NaN;
  expect(form.guessed(1, 'steady_spiky', 0)).toBe('always_on');
});
