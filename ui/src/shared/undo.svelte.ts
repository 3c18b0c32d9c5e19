// What was changed and can be taken back: said below the page with a button for as long as that is shown, and with Ctrl+Z
// the last one first.

import { toasts } from './toasts.svelte';

interface Change {
  /** What was done: "Deleted ada.json". */
  title: string;
  back: () => Promise<void>;
  toast: number;
}

/** Nobody remembers more. */
const MOST = 20;

class Undo {
  #changes = $state.raw<readonly Change[]>([]);

  get last(): string | null {
    return this.#changes.at(-1)?.title ?? null;
  }

  /** After the change was made. */
  offer(title: string, text: string, back: () => Promise<void>): void {
    const change: Change = { title, back, toast: 0 };
    change.toast = toasts.show({ tone: 'info', title, text, action: { label: 'Undo', run: () => void this.#take(change) } });
    this.#changes = [...this.#changes, change].slice(-MOST);
  }

  async undo(): Promise<void> {
    const change = this.#changes.at(-1);
    if (change) await this.#take(change);
  }

  /** What was changed is not there any more. */
  forget(): void {
    this.#changes = [];
  }

  async #take(change: Change): Promise<void> {
    if (!this.#changes.includes(change)) return;
    this.#changes = this.#changes.filter((one) => one !== change);
    toasts.dismiss(change.toast);
    try {
      await change.back();
      toasts.show({ tone: 'good', about: 'undo', title: `Taken back: ${change.title}`, text: '' });
    } catch (thrown) {
      toasts.show({ tone: 'bad', about: 'undo', title: `Not taken back: ${change.title}`, text: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
}

export const undo = new Undo();
