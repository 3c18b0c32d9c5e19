// Short messages in the corner. Good news leaves by itself; what needs a person stays until dismissed.

export type Tone = 'good' | 'info' | 'bad';

export interface Toast {
  id: number;
  tone: Tone;
  title: string;
  /** What stands behind the title, dim. */
  text: string;
  /** Where a click leads. */
  href?: string | undefined;
}

const SHOWN_MS = 6000;
const MOST = 4;

class Toasts {
  #next = 1;
  list = $state.raw<Toast[]>([]);

  /** A toast of the same title replaces the earlier one instead of stacking on it. */
  show(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.list = [...this.list.filter((old) => old.title !== toast.title), { ...toast, id }].slice(-MOST);
    if (toast.tone !== 'bad') setTimeout(() => this.dismiss(id), SHOWN_MS);
    return id;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
