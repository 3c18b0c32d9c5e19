// What a person has begun and not finished, per function: kept while they look elsewhere, dropped with the project.

import type { Fn } from '$ipc';
import { CodeFiles } from './code.svelte';
import { Composer } from './composer.svelte';
import type { Host } from './host.svelte';
import { LoadForm } from './loadform.svelte';
import { MapForm } from './maps.svelte';

export class Workspace {
  #root: string | null = null;
  #code = new Map<number, CodeFiles>();
  #composers = new Map<number, Composer>();
  #load = new LoadForm();
  #map = new MapForm();

  constructor(private readonly host: Host) {}

  code(fn: Fn): CodeFiles {
    this.#check();
    return kept(this.#code, fn.id, () => new CodeFiles(this.host, fn.id));
  }

  composer(fn: Fn): Composer {
    this.#check();
    return kept(this.#composers, fn.id, () => new Composer(this.host, fn.id, fn));
  }

  load(): LoadForm {
    this.#check();
    return this.#load;
  }

  map(): MapForm {
    this.#check();
    return this.#map;
  }

  /** Files with unsaved text, of every function. */
  unsaved(): string[] {
    return [...this.#code.values()].flatMap((files) => files.unsaved);
  }

  #check(): void {
    const root = this.host.project?.root ?? null;
    if (root === this.#root) return;
    this.#root = root;
    this.#code.clear();
    this.#composers.clear();
    this.#load = new LoadForm();
    this.#map = new MapForm();
  }
}

function kept<V>(map: Map<number, V>, key: number, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
