// What a person asked for, one thing at a time: whether it goes on, and why the last was not granted.

import { asCallError, type CallError } from '$ipc';

export class Wishes {
  busy = $state(false);
  refused = $state.raw<CallError | null>(null);

  /** What came of it; null where it was refused. */
  async grant<T>(wish: () => Promise<T>): Promise<T | null> {
    this.busy = true;
    this.refused = null;
    try {
      return await wish();
    } catch (thrown) {
      this.refused = asCallError(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }
}

/** The list with a run as it is now; one that is new comes first. */
export function withRun<T extends { id: number }>(runs: readonly T[], run: T): T[] {
  const at = runs.findIndex(({ id }) => id === run.id);
  return at < 0 ? [run, ...runs] : runs.with(at, run);
}
