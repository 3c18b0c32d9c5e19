// What a person has begun and not finished, and what takes long to work out: kept while they look elsewhere. What they
// wrote is there again when they open its project again; the rest is dropped with the project.

import type { Fn } from '$ipc';
import { CodeFiles, type OpenFile } from './code.svelte';
import { Composer } from './composer.svelte';
import { CostFigures } from './costs.svelte';
import type { Host } from './host.svelte';
import { InvocationList } from './invocations.svelte';
import { LoadForm } from './loadform.svelte';
import { LogTail } from './logs.svelte';
import { MapForm } from './maps.svelte';
import { OverviewFigures } from './overview.svelte';
import { nextReload } from './reloading';
import { SideForm } from './sidebyside.svelte';
import { TimelineModel } from './timeline.svelte';

/** What the timeline shows first, milliseconds. */
const TIMELINE_MS = 300_000;

export class Workspace {
  #root: string | null = null;
  /** By the project's folder. */
  #written = new Map<string | null, Written>();
  #load = new LoadForm();
  #map = new MapForm();
  #sides = new SideForm();
  #costs: CostFigures | null = null;
  #overview: OverviewFigures | null = null;
  #calls: { search: string; list: InvocationList } | null = null;
  #logs: LogTail | null = null;
  #timeline: TimelineModel | null = null;

  constructor(private readonly host: Host) {}

  code(fn: Fn): CodeFiles {
    this.#check();
    return kept(this.#here().code, fn.id, () => new CodeFiles(this.host, fn.id));
  }

  composer(fn: Fn): Composer {
    this.#check();
    return kept(this.#here().composers, fn.id, () => new Composer(this.host, fn.id, fn));
  }

  /** Writes the file that is open, if it was edited. */
  async save(fn: Fn): Promise<void> {
    const { current } = this.code(fn);
    if (current) await this.code(fn).save(current);
  }

  /** What is on screen is what is called: an edit is saved first, and its reload waited for. */
  async invoke(fn: Fn, cold = false): Promise<void> {
    const composer = this.composer(fn);
    const file = this.code(fn).current;
    if (composer.sending || composer.invalid !== null) return;
    if (file?.dirty && !(file.conflict === null && (await this.#saved(fn, file, () => this.save(fn))))) {
      // Whose text it runs is decided by the person.
      file.waiting = file.conflict === null ? null : { cold };
      return;
    }
    await composer.invoke(cold);
  }

  /** Of two texts that are at odds one is kept; a call that waited for that is sent. */
  async decide(fn: Fn, file: OpenFile, keep: 'mine' | 'theirs'): Promise<void> {
    const { waiting } = file;
    const code = this.code(fn);
    const done = keep === 'mine' ? await this.#saved(fn, file, () => code.save(file, true)) : await code.revert(file).then(() => !file.dirty);
    if (!done) return;
    file.waiting = null;
    if (waiting) await this.composer(fn).invoke(waiting.cold);
  }

  /** Whether it is on disk, and what it led to serves. */
  async #saved(fn: Fn, file: OpenFile, save: () => Promise<void>): Promise<boolean> {
    // What never ran is read from disk by the call itself.
    const ready = fn.revision === '' ? null : nextReload(this.host, fn.id, file.path);
    await save();
    if (file.dirty) return false;
    const reload = await ready;
    return !(reload && ['build_failed', 'init_failed', 'cancelled'].includes(reload.outcome));
  }

  load(): LoadForm {
    this.#check();
    return this.#load;
  }

  map(): MapForm {
    this.#check();
    return this.#map;
  }

  sides(): SideForm {
    this.#check();
    return this.#sides;
  }

  /** The last bill stands until a newer one is worked out. */
  costs(): CostFigures {
    this.#check();
    return (this.#costs ??= new CostFigures(this.host));
  }

  /** So do the figures of all functions. */
  overview(): OverviewFigures {
    this.#check();
    return (this.#overview ??= new OverviewFigures(this.host));
  }

  /** And the newest calls that a search found last. `linked`: a call of any age is looked for, which may not be among them. */
  calls(search: string, linked: boolean): InvocationList {
    this.#check();
    if (linked || this.#calls?.search !== search || this.#calls.list.newer) this.#calls = { search, list: new InvocationList(this.host, searched(search)) };
    return this.#calls.list;
  }

  /** Another search on the same page. */
  look(search: string): void {
    if (!this.#calls) return;
    this.#calls.search = search;
    this.#calls.list.want(searched(search));
  }

  /** And the last lines of all functions. */
  logs(): LogTail {
    this.#check();
    return (this.#logs ??= new LogTail(this.host, null));
  }

  /** What was looked at of the past is there again for who comes back from a call in it. */
  timeline(): TimelineModel {
    this.#check();
    return (this.#timeline ??= new TimelineModel(this.host, TIMELINE_MS));
  }

  /** Files with unsaved text, of every function and of every project that was open. */
  unsaved(): string[] {
    return [...this.#written.values()].flatMap(({ code }) => [...code.values()].flatMap((files) => files.unsaved));
  }

  #here(): Written {
    return kept(this.#written, this.#root, () => ({ code: new Map(), composers: new Map() }));
  }

  #check(): void {
    const root = this.host.project?.root ?? null;
    if (root === this.#root) return;
    this.#root = root;
    this.#load = new LoadForm();
    this.#map = new MapForm();
    this.#sides = new SideForm(root);
    this.#costs = null;
    this.#overview = null;
    this.#calls = null;
    this.#logs = null;
    this.#timeline = null;
  }
}

const searched = (search: string) => ({ function: null, status: null, search: search.trim() || null });

interface Written {
  code: Map<number, CodeFiles>;
  composers: Map<number, Composer>;
}

function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
