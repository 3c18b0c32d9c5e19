// What can be done, as a list of words that do something: the palette, the shortcuts and the window's own menu are made of
// it. What is on screen adds its own for as long as it is there.

import { untrack } from 'svelte';
import type { Chord } from './keys';

/** In the order they are listed. The native menu has one menu for each but the functions and the recent projects. */
export const GROUPS = ['Here', 'Function', 'Go', 'Project', 'View', 'Help', 'Functions', 'Opened before'] as const;
export type Group = (typeof GROUPS)[number];

export interface Action {
  id: string;
  group: Group;
  label: string;
  /** Set dim behind it, and searched as well. */
  detail?: string;
  keys?: Chord;
  run: () => void;
}

class Offers {
  #given = $state.raw<readonly (() => readonly Action[])[]>([]);

  get all(): readonly Action[] {
    return this.#given.flatMap((give) => give());
  }

  /** Until the function that it returns is called. */
  add(give: () => readonly Action[]): () => void {
    // Whoever gives does not follow what others give.
    untrack(() => (this.#given = [...this.#given, give]));
    return () => untrack(() => (this.#given = this.#given.filter((one) => one !== give)));
  }
}

export const offers = new Offers();
