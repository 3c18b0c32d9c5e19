// The modules of a measured init as a tree: which are shown, and where they lie in the picture.

import { SvelteSet } from 'svelte/reactivity';
import type { ImportedModule, ImportReport } from '$ipc';

export interface Row {
  index: number;
  module: ImportedModule;
  depth: number;
  children: number;
}

export interface Block {
  index: number;
  module: ImportedModule;
  depth: number;
  /** Shares of the picture's width. */
  left: number;
  width: number;
}

/** A module with less of the init is opened by hand only, unless one failed beneath it. */
const OPENED = 0.1;
/** What is narrower could not be seen. */
const NARROWEST = 0.001;
const DEEPEST = 9;

export class ImportTree {
  readonly #open: SvelteSet<number>;
  readonly #depths: number[] = [];
  readonly #children: number[][];
  chosen = $state<number | null>(null);

  constructor(private readonly report: ImportReport) {
    const { modules, init_ms: init } = report;
    this.#children = modules.map(() => []);
    modules.forEach(({ parent }, index) => {
      this.#depths.push(parent === null ? 0 : (this.#depths[parent] ?? 0) + 1);
      if (parent !== null) this.#children[parent]?.push(index);
    });
    this.#open = new SvelteSet(modules.flatMap((module, index) => (module.total_ms >= init * OPENED && this.children(index) > 0 ? [index] : [])));
    modules.forEach(({ failed }, index) => failed && this.#openAbove(index));
  }

  children(index: number): number {
    return this.#children[index]?.length ?? 0;
  }

  isOpen(index: number): boolean {
    return this.#open.has(index);
  }

  toggle(index: number): void {
    if (!this.#open.delete(index)) this.#open.add(index);
  }

  /** Shows a module's row, wherever it is. */
  choose(index: number): void {
    this.chosen = index;
    this.#openAbove(index);
  }

  #openAbove(index: number): void {
    for (let above = this.report.modules[index]?.parent ?? null; above !== null; above = this.report.modules[above]?.parent ?? null) this.#open.add(above);
  }

  /** Siblings by what they take, the longest first. */
  get rows(): Row[] {
    const rows: Row[] = [];
    const { modules } = this.report;
    const add = (indexes: readonly number[]): void => {
      const sorted = [...indexes].sort((a, b) => (modules[b]?.total_ms ?? 0) - (modules[a]?.total_ms ?? 0));
      for (const index of sorted) {
        const module = modules[index];
        if (!module) continue;
        rows.push({ index, module, depth: this.#depths[index] ?? 0, children: this.children(index) });
        if (this.#open.has(index)) add(this.#children[index] ?? []);
      }
    };
    add(modules.flatMap((module, index) => (module.parent === null ? [index] : [])));
    return rows;
  }

  /** In the order they were imported, each as wide as what it takes; under it what it imports. */
  get blocks(): Block[] {
    const { modules, init_ms: init } = this.report;
    const whole = Math.max(init, 1e-6);
    const free = modules.map(() => 0);
    let roots = 0;
    const lefts: number[] = [];
    return modules.flatMap((module, index) => {
      const depth = this.#depths[index] ?? 0;
      const width = module.total_ms / whole;
      const left = module.parent === null ? roots : (lefts[module.parent] ?? 0) + (free[module.parent] ?? 0);
      lefts.push(left);
      if (module.parent === null) roots += width;
      else free[module.parent] = (free[module.parent] ?? 0) + width;
      return width < NARROWEST || depth >= DEEPEST ? [] : [{ index, module, depth, left, width }];
    });
  }
}
