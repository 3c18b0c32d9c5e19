// Looking at processes from outside, as `ps` does.

import { readFileSync, readdirSync } from 'node:fs';

/** Whether a process exists and is not merely waiting to be reaped. */
export function alive(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== null && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

/** Processes whose environment or command line holds `text`: everything that belongs to one project or data folder. */
export function processesWith(text) {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && alive(pid))
    .filter((pid) => ['environ', 'cmdline'].some((file) => read(`/proc/${pid}/${file}`)?.includes(text)));
}

/** Resolves when `done` says so; for what announces itself to nobody, such as the end of somebody else's child. */
export async function eventually(what, done, patience = 20_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await done();
    if (answer) return answer;
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
