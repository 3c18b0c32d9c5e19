// A sparkline is a path, not a chart: hundreds of rows may each have one.

export interface Spark {
  line: string;
  /** Lone values between gaps, which no line can show. */
  dots: string;
}

/** SVG paths through the values in a 100 × height box; gaps (null) break the line. Null when there is nothing to draw: all gaps, or all nought. */
export function sparkPath(values: readonly (number | null)[], height: number, floor = 0): Spark | null {
  const known = values.filter((value): value is number => value !== null);
  if (known.every((value) => value === 0)) return null;
  const top = Math.max(...known, floor + Number.EPSILON);
  const pad = 1.5;
  const x = (i: number): number => (values.length === 1 ? 50 : (i / (values.length - 1)) * 100);
  const y = (v: number): number => height - pad - ((v - floor) / (top - floor)) * (height - pad * 2);
  let line = '';
  let dots = '';
  let pen = false;
  values.forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    const point = `${round(x(i))} ${round(y(value))}`;
    const alone = !pen && (values[i + 1] ?? null) === null;
    // A stroke of no length with round ends is a dot.
    if (alone) dots += `M${point}h0`;
    else line += `${pen ? 'L' : 'M'}${point}`;
    pen = !alone;
  });
  return { line, dots };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
