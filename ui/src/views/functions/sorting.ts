// The order of the table: as found in the project, or by a column.

import type { Fn, FunctionStats } from '$ipc';

export type Column = 'name' | 'calls' | 'cold' | 'p50' | 'p95' | 'errors' | 'cpu' | 'memory' | 'price';
export interface Order {
  by: Column;
  down: boolean;
}

const share = (part: number, whole: number): number => (whole === 0 ? -1 : part / whole);

const VALUES: Record<Exclude<Column, 'name'>, (stats: FunctionStats) => number> = {
  calls: (s) => s.calls,
  cold: (s) => share(s.cold, s.calls),
  p50: (s) => s.p50_ms ?? -1,
  p95: (s) => s.p95_ms ?? -1,
  errors: (s) => share(s.errors, s.calls),
  cpu: (s) => (s.cpu_user_ms === null ? -1 : s.cpu_user_ms + (s.cpu_system_ms ?? 0)),
  memory: (s) => s.peak_memory_mb ?? -1,
  price: (s) => (s.usd_per_million === null ? -1 : Number(s.usd_per_million)),
};

/** A click: the largest first (names: A first), a second turns it round, a third gives back the project's order. */
export function next(order: Order | null, by: Column): Order | null {
  const first = by !== 'name';
  if (order?.by !== by) return { by, down: first };
  return order.down === first ? { by, down: !first } : null;
}

export function sorted(functions: readonly Fn[], stats: (id: number) => FunctionStats | undefined, order: Order | null): Fn[] {
  if (!order) return [...functions];
  const sign = order.down ? -1 : 1;
  const { by } = order;
  if (by === 'name') return [...functions].sort((a, b) => sign * a.name.localeCompare(b.name));
  const value = (fn: Fn): number => {
    const figures = stats(fn.id);
    return figures ? VALUES[by](figures) : -1;
  };
  return [...functions].sort((a, b) => sign * (value(a) - value(b)) || a.name.localeCompare(b.name));
}
