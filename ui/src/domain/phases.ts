// Where the time of one invocation went: seven parts that add up to what the caller waited.

import type { Invocation, Start } from '$ipc';

export type PhaseId = 'queue' | 'build' | 'spawn' | 'boot' | 'init' | 'handler' | 'overhead';

export interface Phase {
  id: PhaseId;
  ms: number;
  /** A token's name. */
  color: string;
  says: string;
}

const SAYS: Record<PhaseId, string> = {
  queue: 'waited for an instance',
  build: 'waited for the build',
  spawn: 'starting the process',
  boot: 'until our first line ran: interpreter or runtime',
  init: "running the module's own code",
  handler: 'the handler',
  overhead: 'everything else, ours',
};

export function phases(row: Invocation): Phase[] {
  const failed = row.status !== 'ok' && row.status !== 'running' && row.status !== 'accepted';
  const all: [PhaseId, number, string][] = [
    ['queue', row.queue_ms, '--slate'],
    ['build', row.build_ms, '--stone'],
    ['spawn', row.spawn_ms, '--ice-3'],
    ['boot', row.boot_ms, '--ice-2'],
    ['init', row.init_ms, '--ice'],
    ['handler', row.handler_ms, failed ? '--rose' : '--leaf'],
    ['overhead', row.overhead_ms, '--slate'],
  ];
  return all.map(([id, ms, color]) => ({ id, ms, color, says: SAYS[id] }));
}

/** What a cold start made the caller wait before the handler, without the build: no cloud builds while a caller waits. */
export function coldWait(row: Invocation): number {
  return row.queue_ms + row.spawn_ms + row.boot_ms + row.init_ms;
}

/** Handler time in which no CPU of the function worked; null where CPU is not known. */
export function waiting(row: Invocation): number | null {
  if (row.cpu_user_ms === null || row.cpu_system_ms === null) return null;
  return Math.max(0, row.handler_ms - row.cpu_user_ms - row.cpu_system_ms);
}

/** The scale for bars in a list: almost all of them fit, and a lone timeout does not flatten the rest. */
export function barScale(rows: readonly Invocation[]): number {
  const totals = rows.map((row) => row.total_ms).sort((a, b) => a - b);
  const most = totals[Math.floor(totals.length * 0.92)] ?? totals.at(-1) ?? 1;
  return Math.max(1, Math.min(totals.at(-1) ?? 1, most * 1.6));
}

/** The parts of a start, or the medians of several. */
export function startParts(start: Pick<Start, 'queue_ms' | 'build_ms' | 'spawn_ms' | 'boot_ms' | 'init_ms'>): Phase[] {
  return START_PHASES.map(([id, color]) => ({ id, ms: start[`${id}_ms`], color, says: SAYS[id] }));
}

/** In their order, with their tokens. */
export const START_PHASES = [
  ['queue', '--slate'],
  ['build', '--stone'],
  ['spawn', '--ice-3'],
  ['boot', '--ice-2'],
  ['init', '--ice'],
] as const;
