// Waiting for what a save comes to.

import type { Reload } from '$ipc';
import type { Host } from './host.svelte';
import { samePath } from './paths';

/** A save that concerns running code shows as a reload long before. */
const NOT_BEGUN_MS = 3000;
/** Longer than any build one waits for with a finger on the key; the end of one may also be missed. */
const NOT_ENDED_MS = 120_000;

/** The reload that a save of this file begins, once it has ended. Null where none begins: no running code has the file. */
export function nextReload(host: Host, fn: number, path: string): Promise<Reload | null> {
  return new Promise((resolve) => {
    const done = (reload: Reload | null): void => {
      clearTimeout(timer);
      unfollow();
      resolve(reload);
    };
    let timer = setTimeout(() => done(null), NOT_BEGUN_MS);
    const unfollow = host.follow({
      batch: ({ reloads }) => {
        const mine = reloads.filter(({ functions, files }) => functions.includes(fn) && files.some((file) => samePath(file, path)));
        if (mine.length > 0) {
          clearTimeout(timer);
          timer = setTimeout(() => done(null), NOT_ENDED_MS);
        }
        // One that was overtaken makes room for the one that is waited for.
        const ended = mine.find(({ outcome }) => outcome !== 'running' && outcome !== 'superseded');
        if (ended) done(ended);
      },
    });
  });
}
