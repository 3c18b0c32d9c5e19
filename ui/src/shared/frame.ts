/** Draws at the next frame, once, the last of what it was given: what a person does between two frames is one picture. */
export class AtFrame<T> {
  #frame: number | undefined;
  #last: T | undefined;

  constructor(private readonly draw: (what: T) => void) {}

  show(what: T): void {
    this.#last = what;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      if (this.#last !== undefined) this.draw(this.#last);
    });
  }

  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }
}
