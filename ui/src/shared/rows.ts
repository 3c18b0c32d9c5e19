// Where rows of a long list stand, when all are as high as each other but for a few that were opened. Pure: who scrolls
// asks here which rows are in view.

export interface Opened {
  /** Of the row in the list. */
  index: number;
  /** How much higher it is than the others, pixels. */
  extra: number;
}

export class Rows {
  private readonly opened: readonly Opened[];

  constructor(
    readonly count: number,
    private readonly row: number,
    opened: readonly Opened[] = [],
  ) {
    this.opened = [...opened].sort((a, b) => a.index - b.index);
  }

  get height(): number {
    return this.top(this.count);
  }

  /** Of a row, pixels; of the one behind the last: the height of all. */
  top(index: number): number {
    let top = index * this.row;
    for (const open of this.opened) {
      if (open.index >= index) break;
      top += open.extra;
    }
    return top;
  }

  /** The row at a height; the first or last one for what is beyond. */
  at(y: number): number {
    let above = 0;
    for (const open of this.opened) {
      const top = open.index * this.row + above;
      if (y < top) break;
      if (y < top + this.row + open.extra) return clamp(open.index, this.count);
      above += open.extra;
    }
    return clamp(Math.floor((y - above) / this.row), this.count);
  }

  /** First and behind-the-last row to draw for a window, with some on either side. */
  window(y: number, height: number, more: number): [number, number] {
    if (this.count === 0) return [0, 0];
    return [Math.max(0, this.at(y) - more), Math.min(this.count, this.at(y + height) + more + 1)];
  }
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}
