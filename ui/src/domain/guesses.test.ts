import { beforeEach, expect, test } from 'vitest';
import { type Asked, Guesses } from './guesses.svelte';
import { SideForm } from './sidebyside.svelte';

/** What came of it, of a number of calls. */
const of = (asked_calls: number | null): Asked => ({ row: 'steady_spiky', asks: ['evenly', 'in spikes'], result: { asked_calls } });
const ROW = of(null);
beforeEach(() => localStorage.clear());

test('what was said is there after a reload, for that project and that function alone', () => {
  const before = new SideForm('/projects/seed');
  before.calls = 1_000;
  before.guess(7, 'steady_spiky', 1, 'serverless');
  before.guess(7, 'steady_spiky', 0, 'always_on');
  before.sent(['steady_spiky']);
  before.guesses.show(8, ROW);

  const after = new SideForm('/projects/seed');
  expect(after.calls).toBe(1_000);
  expect([0, 1].map((ask) => after.guessed(7, 'steady_spiky', ask))).toEqual(['always_on', 'serverless']);
  expect([after.answered(7, of(1_000)), after.answered(8, ROW), after.answered(9, ROW)]).toEqual([true, true, false]);
  expect(new SideForm('/projects/other').answered(7, of(1_000))).toBe(false);

  after.guesses.forget(7);
  expect(new Guesses('/projects/seed').answered(7, of(1_000))).toBe(false);
});

test('what came of a row answers the question it was asked, whoever asked it', () => {
  const form = new SideForm();
  form.guess(7, 'steady_spiky', 0, 'always_on');
  form.guess(7, 'steady_spiky', 1, 'serverless');
  expect([form.another(ROW), form.answered(7, ROW)]).toEqual([false, true]);
  // Somebody else made it happen, of a number that nobody guessed of here.
  expect([form.another(of(20_000_000)), form.answered(7, of(20_000_000))]).toEqual([true, false]);
});

test('what is kept and makes no sense is not there', () => {
  for (const torn of ['{', '[]', 'null', '{"/projects/seed":{}}']) {
    localStorage.setItem('coldframe.guesses', torn);
    const guesses = new Guesses('/projects/seed');
    expect(guesses.answered(7, ROW)).toBe(false);
    guesses.guess(7, 'steady_spiky', null, 0, 'serverless');
    expect(new Guesses('/projects/seed').guessed(7, 'steady_spiky', null, 0)).toBe('serverless');
  }
});
