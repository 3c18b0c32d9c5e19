import { expect, test } from 'vitest';
import type { Lane } from '$ipc';
import type { Picture } from './paint';
import { still } from './painter';

const lane = (id: number, more: Partial<Lane> = {}): Lane => ({ id, started: 0, ready: 10, ended: null, ...more }) as Lane;
const rows = (...lanes: Lane[]): Picture['rows'] => lanes.map((one) => ({ lane: one, spans: [], outdated: Infinity }));
const before: Picture = {
  rows: rows(lane(1)), reloads: [], view: { from: 100_000, to: 200_000 }, now: 200_000, top: 0, width: 1000, height: 300, whole: -Infinity,
};
const after = (more: Partial<Picture>): Picture => ({ ...before, view: { from: 100_300, to: 200_300 }, now: 200_350, ...more });

test('following the present, the picture moves and its end is drawn', () => {
  expect(still(before, after({}), -Infinity)).toEqual({ by: 3, from: 985 });
  expect(still(before, after({ view: before.view }), -Infinity)).toEqual({ by: 0, from: 988 });
});

test('news are drawn from where they begin, and so is an instance that was still rising', () => {
  const news = { rows: rows(lane(1, { ended: 190_000 })) };
  expect(still(before, after(news), 180_300)).toEqual({ by: 3, from: 788 });
  const rising = { ...before, rows: rows(lane(1, { ready: null, started: 150_300 })) };
  expect(still(rising, after(news), 180_300)?.from).toBe(488);
});

test('whatever else changes begins anew', () => {
  const changes: Partial<Picture>[] = [
    { view: { from: 100_350, to: 200_350 } }, { view: { from: 100_300, to: 150_300 } }, { view: { from: 99_000, to: 199_000 } }, { view: { from: 170_000, to: 270_000 } },
    { top: 28 }, { width: 900 }, { whole: 120_000 }, { rows: rows(lane(2)) }, { rows: rows(lane(1), lane(2)) },
  ];
  for (const change of changes) expect(still(before, after(change), 180_000), JSON.stringify(change)).toBeNull();
});
