// On which machine a row's price stands, where the meter above stands on another.

import type { RowKind, SideBySide, SideRow } from '$ipc';

/** Rows that reckon with a machine of the price book; of the others the meter itself is the figure, or there is none. */
const RECKONED: readonly RowKind[] = ['provisioning', 'scaling_out', 'administration'];

/** `meter`: the machine that the meter charges for; null where there is none, or the two are the same. */
export function standsOn({ row, result }: SideRow, { machine }: SideBySide, meter: string | null): string | null {
  const above = meter ?? machine;
  if (result === null || result.open || above === null) return null;
  if (row === 'steady_spiky') return `Priced here: the cheapest of the function's plans, and of all machines, for that many calls. The meter above: one ${above}${above === machine ? ', the cheapest of its cloud with room for the function' : ''}.`;
  if (RECKONED.includes(row) && machine !== null && machine !== above) return `Reckoned here with ${machine}, the cheapest of its cloud with room for the function. The meter above: ${above}.`;
  return null;
}
