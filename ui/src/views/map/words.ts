// Maps in words.

import type { MapRun, MapState } from '$ipc';

export const MAP_STATES: Record<MapState, string> = { running: 'running', stopping: 'stopping', done: 'done', stopped: 'stopped', interrupted: 'interrupted' };

/** How many times as fast as one after another. */
export function faster(run: MapRun): string {
  const { work_s, elapsed_s } = run.figures;
  if (elapsed_s <= 0 || work_s <= 0) return '–';
  const times = work_s / elapsed_s;
  return `${times < 10 ? times.toFixed(1) : Math.round(times)}×`;
}

/** The search for its calls. */
export function mapSearch(run: MapRun, nowMs: number): string {
  return [`fn:${run.name}`, 'by:map', `since:${secondsAgo(run.started_at, nowMs, Math.ceil)}s`, ...(run.ended_at ? [`until:${secondsAgo(run.ended_at, nowMs, Math.floor)}s`] : [])].join(' ');
}

function secondsAgo(at: string, nowMs: number, round: (value: number) => number): number {
  return Math.max(0, round((nowMs - Date.parse(at)) / 1_000));
}
