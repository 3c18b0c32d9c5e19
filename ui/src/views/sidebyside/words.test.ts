import { expect, test } from 'vitest';
import type { RowKind, SideBySide, SideRow } from '$ipc';
import { standsOn } from './words';

const row = (kind: RowKind, done = true): SideRow => ({ row: kind, result: done ? { open: false } : null }) as SideRow;
const table = { machine: 'Small machine' } as SideBySide;

test('a price says on which machine it stands where the meter above stands on another', () => {
  expect(standsOn(row('steady_spiky'), table, null)).toContain('The meter above: one Small machine, the cheapest of its cloud');
  expect(standsOn(row('steady_spiky'), table, 'Large machine')).toMatch(/The meter above: one Large machine\.$/);
  expect(standsOn(row('administration'), table, 'Large machine')).toContain('Reckoned here with Small machine');
  expect([standsOn(row('administration'), table, 'Small machine'), standsOn(row('administration', false), table, 'Large machine'), standsOn(row('idle'), table, 'Large machine')]).toEqual([null, null, null]);
});
