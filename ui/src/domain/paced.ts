// What comes in a flood, handed on as often as a person can follow. A few at a time are handed on at once.

/** As many at a time are no flood. */
const FEW = 20;

export class Paced<T> {
  #waiting: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;

  constructor(
    private readonly take: (items: readonly T[]) => void,
    private readonly everyMs: number,
    /** Beyond this many the oldest are let go. */
    private readonly most = 2000,
  ) {}

  add(items: readonly T[]): void {
    if (items.length === 0) return;
    this.#waiting.push(...items);
    if (this.#waiting.length > this.most) this.#waiting = this.#waiting.slice(-this.most);
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.everyMs - Date.now();
    if (wait <= 0 || items.length <= FEW) this.#go();
    else this.#timer = setTimeout(() => this.#go(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #go(): void {
    this.#timer = undefined;
    this.#last = Date.now();
    const items = this.#waiting;
    this.#waiting = [];
    this.take(items);
  }
}
