// Lines in the order of their ids, which is that of time. Most that come are newer than all that is held.

interface Line {
  id: number;
}

/** Where a line is, or where it would be. */
export function indexOf(lines: readonly Line[], id: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Both, each line once, as it came last: a line of a call that has ended says more than while it ran. */
export function merged<L extends Line>(lines: readonly L[], news: readonly L[]): L[] {
  const first = news.reduce((least, { id }) => Math.min(least, id), Infinity);
  const from = indexOf(lines, first);
  const late = new Map([...lines.slice(from), ...news].map((line) => [line.id, line]));
  return [...lines.slice(0, from), ...[...late.values()].sort((a, b) => a.id - b.id)];
}
