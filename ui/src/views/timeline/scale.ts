// Where moments are, and which of them are named.

import type { View } from '$domain/timeline.svelte';

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1.8e6, 3.6e6, 7.2e6, 10.8e6, 21.6e6, 43.2e6, 86.4e6];

export const x = (at: number, view: View, width: number): number => ((at - view.from) / (view.to - view.from)) * width;
export const moment = (px: number, view: View, width: number): number => view.from + (px / width) * (view.to - view.from);

/** Round moments at least so many pixels apart. Where they are parts of a second, the first says of which. */
export function ticks(view: View, width: number, apart = 96): { at: number; label: string }[] {
  const least = ((view.to - view.from) / Math.max(1, width)) * apart;
  const step = STEPS.find((one) => one >= least) ?? 86.4e6;
  const zone = new Date(view.from).getTimezoneOffset() * 60_000;
  const found = [];
  for (let at = Math.ceil((view.from - zone) / step) * step + zone; at < view.to; at += step) found.push({ at, label: label(at, step, found.length === 0) });
  return found;
}

function label(at: number, step: number, first: boolean): string {
  const time = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (step >= 86.4e6) return time.toLocaleDateString(undefined, { month: 'short', day: 'numeric' });
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (step >= 60e3) return clock;
  if (step >= 1e3) return `${clock}:${two(time.getSeconds())}`;
  return `${first ? `${clock}:` : ''}${two(time.getSeconds())}.${String(Math.floor(time.getMilliseconds())).padStart(3, '0')}`;
}
