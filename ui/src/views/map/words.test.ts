import { expect, test } from 'vitest';
import type { MapRun } from '$ipc';
import { MockMaps } from '$ipc/mock/map';
import { makeFunctions } from '$ipc/mock/project';
import { MapForm } from '$domain/maps.svelte';
import { faster, mapSearch } from './words';

const now = Date.parse('2026-11-20T10:10:00Z');
const maps = new MockMaps(makeFunctions(now), now, true).list() as [MapRun, ...MapRun[]];
const run: MapRun = { ...maps[0], name: 'thumb', started_at: '2026-11-20T10:05:00Z', ended_at: '2026-11-20T10:06:00.500Z' };

test('its calls are found by when it ran', () => {
  expect(mapSearch(run, now)).toBe('fn:thumb by:map since:300s until:239s');
  expect(mapSearch({ ...run, ended_at: null }, now)).toBe('fn:thumb by:map since:300s');
});

test('how much faster it was is said in as many figures as it deserves', () => {
  const of = (work_s: number, elapsed_s: number): string => faster({ ...run, figures: { ...run.figures, work_s, elapsed_s } });
  expect([of(78, 10), of(245, 10), of(0, 10)]).toEqual(['7.8×', '25×', '–']);
});

test('a form sends one kind of input and names what it cannot send', () => {
  const form = new MapForm();
  expect(form.empty).toBe(true);
  [form.text, form.path] = ['a\nb', 'photos'];
  expect(form.request(7)).toEqual({ function: 7, input: { text: 'a\nb', path: null }, parallel: 10, attempts: 1 });
  form.from = 'path';
  expect(form.input).toEqual({ text: null, path: 'photos' });
  form.parallel = 0;
  expect(form.wrong).toBe('Calls at once go from 1 to 1000, without a fraction');
});
