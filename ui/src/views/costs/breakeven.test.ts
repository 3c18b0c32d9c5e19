import { expect, test } from 'vitest';
import type { CostCurve } from '$ipc';
import { amounts } from './amounts';
import { path, placeNotes, priceAt, scales, spread, turns, usual } from './breakeven';
import { makeCosts } from '$ipc/mock/costs';
import { NOTHING_SET } from './query';

const volumes = [1e3, 1e5, 1e7, 1e9];
const plan: CostCurve = { id: 'p', title: 'Plan', kind: 'plan', usd: [0, 0, 10, 1000] };
const machine: CostCurve = { id: 'm', title: 'Machine', kind: 'machine', usd: [12, 12, 12, 240] };
const frame = { width: 600, height: 400, left: 50, right: 100, top: 20, bottom: 30 };
const scale = scales({ volumes, curves: [plan, machine] }, frame);

test('volumes fill the width, prices the height, and free lies on the floor', () => {
  expect(scale.x(1e3)).toBeCloseTo(50);
  expect(scale.x(1e9)).toBeCloseTo(500);
  expect(scale.calls(scale.x(25e6))).toBeCloseTo(25e6, -3);
  expect(scale.y(0)).toBe(370);
  expect(scale.y(1000)).toBeGreaterThanOrEqual(frame.top);
  expect(scale.y(1), 'the least price stands above the axis break').toBeLessThan(370);
});

test("a machine's line is stairs, a plan's is not", () => {
  expect(path(machine, volumes, scale)).toMatch(/^M[\d. ]+(H[\d.]+V[\d.]+){3}$/);
  expect(path(plan, volumes, scale)).toMatch(/^M[\d. ]+(L[\d.]+ [\d.]+){3}$/);
});

test('names of lines that meet do not', () => {
  const placed = spread([{ id: 'a', text: '', y: 100 }, { id: 'b', text: '', y: 101 }, { id: 'c', text: '', y: 102 }], 14, 0, 120);
  const ys = placed.map(({ y }) => y);
  expect(ys.every((y, i) => i === 0 || y - (ys[i - 1] ?? 0) >= 14)).toBe(true);
  expect(Math.max(...ys)).toBeLessThanOrEqual(120);
});

test('the price between two volumes', () => {
  expect(priceAt(plan, volumes, 505e6)).toBeCloseTo(505, 0);
  expect(priceAt(machine, volumes, 2e7), 'machines come whole').toBe(240);
  expect(priceAt(plan, volumes, 1e12)).toBe(1000);
});

test('money is found in a sentence, and nothing is lost', () => {
  const sentence = 'It would cost $1,012.26 a month, $0.63 of it for calls: 9.5 a second.';
  const parts = amounts(sentence);
  expect(parts.map(({ text }) => text).join('')).toBe(sentence);
  expect(parts.filter(({ money }) => money).map(({ text }) => text)).toEqual(['$1,012.26', '$0.63']);
});

const report = makeCosts({ function: null, minutes: 1440, calls_per_month: 2_000_000, settings: NOTHING_SET }, 'full');

test('without a choice, the cheapest plan and the cheapest machine are drawn', () => {
  const [plan, machine] = usual(report);
  expect(report.plans.find(({ id }) => id === plan)?.cheapest).toBe(true);
  const prices = report.machines.filter(({ refusal, status }) => refusal === null && status === 'current').map(({ usd }) => Number(usd));
  expect(Number(report.machines.find(({ id }) => id === machine)?.usd)).toBe(Math.min(...prices));
  expect(usual({ ...report, curves: [] })).toEqual([]);
});

test('only turns between what is drawn count, by volume', () => {
  const drawn = new Set(['aws-lambda-arm64', 'aws-t4g-small', 'hetzner-cx22']);
  const found = turns(report.crossings, drawn);
  expect(found.length).toBeGreaterThan(1);
  expect(found.every(({ plan, machine }) => drawn.has(plan) && drawn.has(machine))).toBe(true);
  expect(found.map((turn) => turn.calls_per_month)).toEqual(found.map((turn) => turn.calls_per_month).sort((a, b) => a - b));
});

test('notes never overlap, and stay inside', () => {
  const notes = Array.from({ length: 12 }, (_, i) => ({ text: '25 M: a machine', x: 250 + i * 3, y: 200 - i * 2 }));
  const placed = placeNotes(notes, frame);
  expect(placed.length).toBeGreaterThan(1);
  placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => expect(Math.abs(a.left - b.left) >= 90 || Math.abs(a.base - b.base) >= 14, `${a.base} and ${b.base}`).toBe(true)));
  expect(placed.every(({ left }) => left >= frame.left)).toBe(true);
});
