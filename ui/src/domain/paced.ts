// What comes faster than a person can follow and a page can draw beside all else it does is not handed on: who wants it
// asks the record for its newest end now and then. A burst is handed on whole, and a few at a time at once.

/** As many at a time are no flood. */
const FEW = 20;
const EVERY_MS = 250;
/** A second: more than that for long is a flood. */
const FOLLOWED = 40;

export class Paced<T> {
  #waiting: T[] = [];
  /** What is handed on whatever else there is. */
  #spared: T[] = [];
  #missed = 0;
  #allowed: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;

  constructor(
    /** `missed`: as many came and are not among these. */
    private readonly take: (items: readonly T[], missed: number) => void,
    /** Handed on together, after some quiet. */
    private readonly burst: number,
  ) {
    this.#allowed = burst;
  }

  add(items: readonly T[], spared: readonly T[] = []): void {
    if (items.length + spared.length === 0) return;
    this.#waiting.push(...items);
    this.#spared.push(...spared);
    if (this.#waiting.length > this.burst) this.#miss();
    if (this.#timer !== undefined) return;
    const wait = this.#last + EVERY_MS - Date.now();
    if (wait <= 0 || items.length + spared.length <= FEW) this.#go();
    else this.#timer = setTimeout(() => this.#go(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#spared = [];
    this.#missed = 0;
  }

  #miss(): void {
    this.#missed += this.#waiting.length;
    this.#waiting = [];
    this.#allowed = 0;
  }

  #go(): void {
    const now = Date.now();
    this.#allowed = Math.min(this.burst, this.#allowed + ((now - this.#last) / 1000) * FOLLOWED);
    this.#last = now;
    this.#timer = undefined;
    if (this.#missed > 0 || this.#waiting.length > this.#allowed) this.#miss();
    this.#allowed -= this.#waiting.length;
    const [items, missed] = [[...this.#spared, ...this.#waiting], this.#missed];
    this.#waiting = [];
    this.#spared = [];
    this.#missed = 0;
    this.take(items, missed);
  }
}
