// Load tests: the runs that are kept, the one that goes on, and those laid beside each other. Figures of a run that goes
// on are asked for again a few times a second.

import { asCallError, type CallError, type LoadDetail, type LoadRun, type StartLoad } from '$ipc';
import { href, router } from '$shared/router.svelte';
import { undo } from '$shared/undo.svelte';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';
import { Wishes, withRun } from './wishes.svelte';

/** Milliseconds between two looks at a run that goes on. */
const LOOK = 350;
/** More are not told apart in one picture. */
export const MOST_COMPARED = 4;

export const isOver = (run: LoadRun): boolean => run.state !== 'running' && run.state !== 'draining';

export class LoadModel {
  runs = $state.raw<LoadRun[]>([]);
  /** Null until the first answer. */
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);
  readonly wishes = new Wishes();
  details = $state.raw<Record<number, LoadDetail>>({});


  #host: Host;
  #wanted: readonly number[] = [];
  #list = new Refresher(() => this.#askList(), 1_000);
  #look = new Refresher(() => this.#askRunning(), LOOK);

  constructor(host: Host) {
    this.#host = host;
  }

  /** The run that goes on. Asked for by what outlives the page that made this, so it is worked out each time. */
  get running(): LoadRun | null {
    return this.runs.find((run) => !isOver(run)) ?? null;
  }

  attach(): () => void {
    this.#list.now();
    const unfollow = this.#host.follow({
      batch: (batch) => {
        if (this.running) this.#look.poke();
        // Somebody else may have begun one, on the command line or in another window.
        else if (batch.status && batch.status.load !== null) this.#list.poke();
      },
      resync: () => {
        this.details = {};
        this.#list.now();
        this.#askWanted();
      },
    });
    return () => {
      unfollow();
      this.#list.stop();
      this.#look.stop();
    };
  }

  /** The runs that are on screen, whole. */
  want(ids: readonly number[]): void {
    this.#wanted = ids;
    this.#askWanted();
  }

  /** What a function reaches, or could: whatever calls on both sides write there is written twice. */
  async outside(fn: number): Promise<readonly string[] | null> {
    return this.wishes.grant(async () => (await this.#host.call('side_by_side', { function: fn })).outside);
  }

  async start(request: StartLoad): Promise<LoadRun | null> {
    return this.wishes.grant(async () => {
      const run = await this.#host.call('start_load', request);
      this.#put(run);
      return run;
    });
  }

  async stop(id: number): Promise<void> {
    await this.wishes.grant(async () => this.#put(await this.#host.call('stop_load', { id })));
    await this.#ask(id);
    this.#look.poke();
  }

  async remove(id: number): Promise<void> {
    await this.wishes.grant(async () => {
      const name = this.runs.find((run) => run.id === id)?.name ?? '';
      await this.#host.call('remove_load', { id });
      this.runs = this.runs.filter((run) => run.id !== id);
      undo.offer(`Removed the run of ${name}`, '', async () => {
        await this.#host.call('restore_load', { id });
        await this.#askList();
        router.go(href('load', { run: String(id) }));
      });
    });
  }

  #put(run: LoadRun): void {
    this.runs = withRun(this.runs, run);
  }

  #keep(detail: LoadDetail): void {
    this.details = { ...this.details, [detail.run.id]: detail };
  }

  /** What is not there yet, and what was not over when it was asked for. */
  #askWanted(): void {
    for (const id of this.#wanted) {
      const known = this.details[id];
      if (!known || (!isOver(known.run) && this.running?.id !== id)) void this.#ask(id);
    }
  }

  async #ask(id: number): Promise<void> {
    try {
      this.#keep(await this.#host.call('load', { id }));
    } catch (thrown) {
      this.wishes.refused = asCallError(thrown);
    }
  }

  async #askList(): Promise<void> {
    try {
      this.runs = await this.#host.call('loads', {});
      this.failure = null;
      this.#askWanted();
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }

  async #askRunning(): Promise<void> {
    const { running } = this;
    if (!running) return;
    try {
      const detail = await this.#host.call('load', { id: running.id });
      this.#keep(detail);
      this.#put(detail.run);
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
  }
}
