// Right-sizing: what a person writes, and where things lie in its chart.

import type { ShareKept } from '$ipc';

/** `128, 256` as sizes, smallest first; null where that is no list of sizes. */
export function sizesOf(written: string): number[] | null {
  const words = written.split(/[\s,;]+/).filter(Boolean);
  const sizes = words.map(Number);
  const allowed = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 10_240);
  if (!allowed || sizes.length === 0 || sizes.length > 12) return null;
  return [...new Set(sizes)].sort((a, b) => a - b);
}

export function shareWords(share: ShareKept): string {
  switch (share) {
    case 'cgroup_v2':
    case 'cgroup_v1':
      return `cgroup ${share.slice(-2)}`;
    case 'duty_cycle':
      return 'stop and continue';
    case 'whole':
      return 'the whole machine';
    case 'beyond':
      return 'not kept: more than this machine';
    case 'unsupported':
      return 'not kept on this system';
  }
}

export interface Point {
  x: number;
  y: number;
}

/** Values against memory on a logarithmic axis, from nothing at the foot to the largest at the head. */
export function points(memories: readonly number[], values: readonly (number | null)[], frame: { width: number; height: number }): Point[] {
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 1e-12);
  const low = Math.log(memories[0] ?? 1);
  const span = Math.max(1e-9, Math.log(memories.at(-1) ?? 1) - low);
  return memories.flatMap((memory, i) => {
    const value = values[i];
    return value === null || value === undefined ? [] : [{ x: ((Math.log(memory) - low) / span) * frame.width, y: frame.height * (1 - value / most) }];
  });
}
