import { expect, test } from 'vitest';
import type { ImportedModule, ImportReport } from '$ipc';
import { ImportTree } from './imports.svelte';

const module = (name: string, parent: number | null, self_ms: number, total_ms: number): ImportedModule => ({ name, file: null, from: 'installed', parent, self_ms, total_ms, failed: false });

const report: ImportReport = {
  function: 1, name: 'f', language: 'python', revision: 'abc', measured_at: '', runs_ms: [100], init_ms: 100, outside_ms: 0, left_out: 0, failure: null, rests_on: [],
  modules: [module('app', null, 10, 100), module('json', 0, 2, 2), module('pandas', 0, 40, 88), module('numpy', 2, 40, 48), module('tiny', 3, 8, 8)],
};
const names = (tree: ImportTree): string[] => tree.rows.map(({ module, depth }) => `${' '.repeat(depth)}${module.name}`);

test('what takes long is open, the longest first, and the rest opens by hand', () => {
  const tree = new ImportTree(report);
  expect(names(tree)).toEqual(['app', ' pandas', '  numpy', '   tiny', ' json']);
  tree.toggle(2);
  expect(names(tree)).toEqual(['app', ' pandas', ' json']);
  tree.choose(4);
  expect(names(tree)).toContain('   tiny');
});

test('the way to what failed is open, however little it took', () => {
  const broken = { ...report, modules: report.modules.map((one) => ({ ...one, total_ms: 1, failed: one.name === 'tiny' })) };
  expect(names(new ImportTree(broken))).toContain('   tiny');
});

test('each block lies under who imports it, and none over another', () => {
  const blocks = new ImportTree(report).blocks;
  const at = Object.fromEntries(blocks.map(({ module, left, width, depth }) => [module.name, [left, left + width, depth]]));
  expect(at.app).toEqual([0, 1, 0]);
  expect(at.json).toEqual([0, 0.02, 1]);
  expect(at.pandas?.[0]).toBeCloseTo(0.02);
  expect(at.pandas?.[1]).toBeCloseTo(0.9);
  expect(at.numpy?.[0]).toBeCloseTo(0.02);
});
