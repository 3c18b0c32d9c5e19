// Short messages at the page's lower edge. Good news leaves by itself; what needs a person stays until it is dismissed or the page it
// came up on is left, where it would only cover what is looked at next.

export type Tone = 'good' | 'info' | 'bad';

export interface Toast {
  id: number;
  tone: Tone;
  /** What it is about: news about the same thing takes the place of the old. */
  about?: string;
  /** It is not about the page: it stays wherever one goes, until one goes where it leads. */
  lasting?: boolean;
  title: string;
  /** What stands behind the title, dim. */
  text: string;
  /** Where a click leads. */
  href?: string | undefined;
  /** What can be done about it. */
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6000;
/** Long enough to see what was done and to go there. */
const SHOWN_WITH_ACTION_MS = 10_000;
const MOST = 3;

class Toasts {
  #next = 1;
  #page = '';
  list = $state.raw<Toast[]>([]);

  show(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.list = [...this.list.filter((old) => old.about === undefined || old.about !== toast.about), { ...toast, id }].slice(-MOST);
    if (toast.tone !== 'bad') setTimeout(() => this.dismiss(id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    return id;
  }

  /** Of a page, the segments of its path. */
  reached(path: readonly string[]): void {
    const page = path.join('/');
    if (page === this.#page) return;
    this.#page = page;
    this.list = this.list.filter((toast) => toast.tone !== 'bad' || (toast.lasting && toast.href?.split('?')[0] !== `#/${page}`));
  }

  /** What went wrong with it is mended. */
  mended(about: string): void {
    const left = this.list.filter((toast) => toast.tone !== 'bad' || toast.about !== about);
    if (left.length < this.list.length) this.list = left;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
