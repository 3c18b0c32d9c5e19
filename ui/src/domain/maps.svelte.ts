// Maps: those that are kept, the one that goes on, and the answers of the one on screen. What goes on is asked for again a
// few times a second.

import { asCallError, type CallError, type MapAnswer, type MapInput, type MapPreview, type MapRun, type StartMap } from '$ipc';
import { href, router } from '$shared/router.svelte';
import { undo } from '$shared/undo.svelte';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';
import { Wishes, withRun } from './wishes.svelte';

const LOOK = 400;
/** Answers asked for at once. */
const PAGE = 100;

export const mapIsOver = (run: MapRun): boolean => run.state !== 'running' && run.state !== 'stopping';

/** What is to be mapped: kept while a person looks elsewhere. */
export class MapForm {
  fn = $state<number | null>(null);
  from = $state<'text' | 'path'>('text');
  text = $state('');
  path = $state('');
  parallel = $state(10);
  attempts = $state(1);

  get input(): MapInput {
    return this.from === 'text' ? { text: this.text, path: null } : { text: null, path: this.path };
  }

  get empty(): boolean {
    return (this.from === 'text' ? this.text : this.path).trim() === '';
  }

  get wrong(): string | null {
    const within = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
    if (!within(this.parallel, 1_000)) return 'Calls at once go from 1 to 1000, without a fraction';
    return within(this.attempts, 10) ? null : 'Tries go from 1 to 10, without a fraction';
  }

  request(fn: number): StartMap {
    return { function: fn, input: this.input, parallel: this.parallel, attempts: this.attempts };
  }
}

export class MapModel {
  runs = $state.raw<MapRun[]>([]);
  /** Null until the first answer. */
  loading = $state(true);
  failure = $state.raw<CallError | null>(null);
  readonly wishes = new Wishes();
  answers = $state.raw<MapAnswer[]>([]);
  more = $state(false);

  #host: Host;
  #shown: { id: number; failed: boolean } | null = null;
  #asked = 0;
  #list = new Refresher(() => this.#askList(), 1_000);
  #look = new Refresher(() => this.#askShown(), LOOK);

  constructor(host: Host) {
    this.#host = host;
  }

  get running(): MapRun | null {
    return this.runs.find((run) => !mapIsOver(run)) ?? null;
  }

  attach(): () => void {
    this.#list.now();
    const unfollow = this.#host.follow({
      batch: () => {
        if (this.running) this.#look.poke();
      },
      resync: () => {
        this.#list.now();
        this.#look.now();
      },
    });
    // A call may be long: what goes on is looked at whether or not something is heard of it.
    const timer = setInterval(() => this.running && this.#look.poke(), LOOK);
    return () => {
      clearInterval(timer);
      unfollow();
      this.#list.stop();
      this.#look.stop();
    };
  }

  show(id: number | null, failed: boolean): void {
    if (this.#shown?.id !== id) [this.answers, this.more] = [[], false];
    this.#shown = id === null ? null : { id, failed };
    this.#look.now();
  }

  preview(input: MapInput): Promise<MapPreview> {
    return this.#host.call('preview_map', input);
  }

  async start(request: StartMap): Promise<MapRun | null> {
    return this.wishes.grant(async () => this.#put(await this.#host.call('start_map', request)));
  }

  async stop(id: number): Promise<void> {
    await this.wishes.grant(async () => this.#put(await this.#host.call('stop_map', { id })));
  }

  async remove(id: number): Promise<void> {
    await this.wishes.grant(async () => {
      const name = this.runs.find((run) => run.id === id)?.name ?? '';
      await this.#host.call('remove_map', { id });
      this.runs = this.runs.filter((run) => run.id !== id);
      undo.offer(`Removed the map of ${name}`, '', async () => {
        await this.#host.call('restore_map', { id });
        await this.#askList();
        router.go(href('load/map', { run: String(id) }));
      });
    });
  }

  /** Where the answers were saved; null where nothing was. */
  async save(id: number): Promise<string | null> {
    return this.wishes.grant(async () => {
      const file = await this.#host.call('export_map', { id });
      return this.#host.saveFile(file.name, file.media_type, file.text);
    });
  }

  async older(): Promise<void> {
    const [shown, last] = [this.#shown, this.answers.at(-1)];
    if (!shown || !last) return;
    await this.wishes.grant(async () => {
      const page = await this.#host.call('map_answers', { ...shown, after: last.index, limit: PAGE });
      if (this.#shown !== shown) return;
      this.answers = [...this.answers, ...page.answers];
      this.more = page.more;
    });
  }

  #put(run: MapRun): MapRun {
    this.runs = withRun(this.runs, run);
    return run;
  }

  async #askList(): Promise<void> {
    try {
      this.runs = await this.#host.call('maps', {});
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.loading = false;
    }
  }

  /** As many answers as are on screen, so that a page that was loaded does not go. */
  async #askShown(): Promise<void> {
    const shown = this.#shown;
    if (!shown) return;
    const asked = ++this.#asked;
    try {
      const limit = Math.min(1_000, Math.max(PAGE, this.answers.length));
      const page = await this.#host.call('map_answers', { ...shown, after: null, limit });
      if (this.#shown !== shown || asked !== this.#asked) return;
      this.#put(page.run);
      this.answers = page.answers;
      this.more = page.more;
    } catch (thrown) {
      this.wishes.refused = asCallError(thrown);
    }
  }
}
