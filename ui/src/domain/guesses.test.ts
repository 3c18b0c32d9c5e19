import { beforeEach, expect, test } from 'vitest';
import { Guesses } from './guesses.svelte';
import { SideForm } from './sidebyside.svelte';

const ROW = { row: 'steady_spiky', asks: ['evenly', 'in spikes'] } as const;
beforeEach(() => localStorage.clear());

test('what was said is there after a reload, for that project and that function alone', () => {
  const before = new SideForm('/projects/seed');
  before.calls = 1_000;
  before.guess(7, 'steady_spiky', 1, 'serverless');
  before.guess(7, 'steady_spiky', 0, 'always_on');
  before.sent(7, ['steady_spiky']);
  before.guesses.show(8, 'steady_spiky');

  const after = new SideForm('/projects/seed');
  expect(after.calls).toBe(1_000);
  expect([0, 1].map((ask) => after.guessed(7, 'steady_spiky', ask))).toEqual(['always_on', 'serverless']);
  expect([after.answered(7, ROW), after.answered(8, ROW), after.answered(9, ROW)]).toEqual([true, true, false]);
  expect(new SideForm('/projects/other').answered(7, ROW)).toBe(false);

  after.guesses.forget(7);
  expect(new Guesses('/projects/seed').answered(7, ROW)).toBe(false);
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
