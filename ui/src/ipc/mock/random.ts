/** The same numbers every time, so that two pictures of one page can be compared. */
export class Random {
  constructor(private seed: number) {}

  next(): number {
    this.seed = (this.seed * 16_807) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  }

  /** Around a middle, never below a fifth of it; now and then far above, as latencies are. */
  near(middle: number, spread = 0.25): number {
    const long = this.next() < 0.06 ? 1 + this.next() * 2 : 1;
    return Math.max(middle * 0.2, middle * (1 + (this.next() - 0.5) * 2 * spread) * long);
  }

  walk(n: number, middle: number): number[] {
    let x = 0.5;
    return Array.from({ length: n }, () => {
      x = Math.max(0.08, Math.min(0.95, x + (this.next() - 0.5) * 0.28));
      return middle * 2 * x;
    });
  }
}
