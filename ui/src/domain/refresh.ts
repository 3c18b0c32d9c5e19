// Asking again because something happened, but never more often than a person can read and never twice at once.

export class Refresher {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The run that is waited for. */
  #running: symbol | null = null;
  #again = false;
  #last = 0;
  #stopped = false;

  constructor(
    private readonly run: () => Promise<void>,
    private everyMs: number,
  ) {}

  /** Something changed: run now if the last time is long enough ago, else when it is. */
  poke(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    const wait = Math.max(0, this.#last + this.everyMs - Date.now());
    this.#timer = setTimeout(() => void this.#go(), wait);
  }

  /** Run at once, whatever was before: the question itself changed. */
  now(everyMs: number = this.everyMs): void {
    this.everyMs = everyMs;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopped = false;
    void this.#go();
  }

  /** The same, and what is still asked is no longer waited for: its answer is the asker's to drop. */
  anew(): void {
    this.#running = null;
    this.#again = false;
    this.now();
  }

  /** From the next time on. */
  pace(everyMs: number): void {
    this.everyMs = everyMs;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #go(): Promise<void> {
    this.#timer = undefined;
    if (this.#running) {
      this.#again = true;
      return;
    }
    const run = Symbol('run');
    this.#running = run;
    this.#last = Date.now();
    try {
      await this.run();
    } finally {
      if (this.#running === run) {
        this.#running = null;
        if (this.#again) {
          this.#again = false;
          this.poke();
        }
      }
    }
  }
}
