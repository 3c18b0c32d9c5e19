// What changed between two texts, by lines, as a unified diff without the lines that name the files.

/** More lines that came and went are told as one that went and one that came. */
const MOST = 600;
/** Lines around a change. */
const AROUND = 3;

type Step = readonly [' ' | '+' | '-', string];

/** Empty where both are the same. */
export function unified(before: string, after: string): string {
  const [old, now] = [lines(before), lines(after)];
  const head = common(old, now);
  const tail = common(old.slice(head).reverse(), now.slice(head).reverse());
  const cut = (all: readonly string[]): string[] => all.slice(head, all.length - tail);
  const same = (all: readonly string[]): Step[] => all.map((line) => [' ', line]);
  const steps = [...same(old.slice(0, head)), ...between(cut(old), cut(now)), ...same(old.slice(old.length - tail))];
  return hunks(steps);
}

/** A line break at the end is none of its own; that there is none is told as the last line. */
function lines(text: string): string[] {
  if (text === '') return [];
  return text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n').map((line, i, all) => (i === all.length - 1 ? `${line}\n` : line));
}

function common(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let many = 0;
  while (many < most && a[many] === b[many]) many += 1;
  return many;
}

/** The fewest steps from one to the other (Myers, “An O(ND) Difference Algorithm”, 1986). */
function between(old: readonly string[], now: readonly string[]): Step[] {
  const reached: Map<number, number>[] = [];
  let best = new Map([[1, 0]]);
  for (let changes = 0; changes <= Math.min(MOST, old.length + now.length); changes += 1) {
    const next = new Map(best);
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down = diagonal === -changes || (diagonal !== changes && at(best, diagonal - 1) < at(best, diagonal + 1));
      let x = down ? at(best, diagonal + 1) : at(best, diagonal - 1) + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return walked(old, now, [...reached, best], changes);
    }
    reached.push(best);
    best = next;
  }
  return [...old.map((line): Step => ['-', line]), ...now.map((line): Step => ['+', line])];
}

const at = (best: ReadonlyMap<number, number>, diagonal: number): number => best.get(diagonal) ?? -1;

/** Back from the end over what was reached with one change fewer each time. */
function walked(old: readonly string[], now: readonly string[], reached: readonly ReadonlyMap<number, number>[], changes: number): Step[] {
  const steps: Step[] = [];
  let [x, y] = [old.length, now.length];
  for (let left = changes; left >= 0; left -= 1) {
    const best = reached[left] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = diagonal === -left || (diagonal !== left && at(best, diagonal - 1) < at(best, diagonal + 1));
    const from = down ? at(best, diagonal + 1) : at(best, diagonal - 1);
    const [fromX, fromY] = left === 0 ? [0, 0] : [from, from - (down ? diagonal + 1 : diagonal - 1)];
    while (x > fromX && y > fromY) {
      steps.push([' ', old[--x] ?? '']);
      y -= 1;
    }
    if (left === 0) break;
    if (down) steps.push(['+', now[--y] ?? '']);
    else steps.push(['-', old[--x] ?? '']);
  }
  return steps.reverse();
}

function hunks(steps: readonly Step[]): string {
  const near = steps.map((_, i) => steps.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(([sign]) => sign !== ' '));
  const out: string[] = [];
  let [old, now] = [1, 1];
  for (let i = 0; i < steps.length; i += 1) {
    if (near[i] && !near[i - 1]) {
      const end = near.indexOf(false, i);
      const inside = steps.slice(i, end < 0 ? undefined : end);
      const many = (but: string): number => inside.filter(([sign]) => sign !== but).length;
      out.push(`@@ -${old},${many('+')} +${now},${many('-')} @@`);
    }
    const [sign, line] = steps[i] ?? [' ', ''];
    if (near[i]) out.push(...(line.endsWith('\n') ? [sign + line.slice(0, -1), '\\ No newline at end of file'] : [sign + line]));
    if (sign !== '+') old += 1;
    if (sign !== '-') now += 1;
  }
  return out.map((line) => `${line}\n`).join('');
}
