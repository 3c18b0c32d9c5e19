// Looking at processes from outside, as `ps` does.

import { readFileSync, readlinkSync, readdirSync } from 'node:fs';

/** Whether a process exists and is not merely waiting to be reaped. */
export function alive(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return false;
  const [state] = stat.slice(stat.lastIndexOf(')') + 2);
  return state !== 'Z';
}

/** Processes whose environment or command line holds `text`: everything that belongs to one project or data folder. */
export function processesWith(text) {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && alive(pid))
    .filter((pid) => ['environ', 'cmdline'].some((file) => read(`/proc/${pid}/${file}`)?.includes(text)));
}

/** The words a process was started with. */
export function words(pid) {
  return read(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
}

/** The program a process runs. */
export function program(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null; // it has ended
  }
}

/** When a process was started, milliseconds since the epoch: the kernel counts hundredths of a second since its own start. */
export function startedAt(pid) {
  const stat = read(`/proc/${pid}/stat`) ?? '';
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const booted = Number(/^btime (\d+)$/m.exec(read('/proc/stat') ?? '')?.[1]);
  return booted * 1000 + ticks * 10;
}

/** Its memory, what it shares counted by its share, megabytes. */
export function proportional_mb(pid) {
  return Number(/^Pss: +(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0) / 1024;
}

/** Resolves with what `look` finds; for what announces itself to nobody, such as the end of somebody else's child. */
export async function eventually(what, look, patience = 20_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${patience} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // it has ended
  }
}
