// Stacked columns over time with uPlot: each column one observation, its parts on top of each other.

import uPlot from 'uplot';
import { clock } from './format';

export interface Part {
  label: string;
  /** A token's name. */
  color: string;
  values: readonly number[];
}

export interface Columns {
  /** Seconds since the epoch, ascending. */
  at: readonly number[];
  parts: readonly Part[];
}

/** A canvas draws with what is loaded when it draws: see that this is. */
export const FONT = '11px "Inter Variable", system-ui, sans-serif';

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Running sums, so that each series is drawn to the top of its own part; the highest is drawn first. */
export function stack(parts: readonly Part[]): number[][] {
  const sums: number[][] = [];
  parts.forEach((part, p) => {
    sums.push(part.values.map((value, i) => value + (p === 0 ? 0 : (sums[p - 1]?.[i] ?? 0))));
  });
  return sums;
}

export class StackedColumns {
  private readonly plot: uPlot;

  constructor(parent: HTMLElement, data: Columns, size: { width: number; height: number }, onHover: (index: number | null) => void) {
    const axis = { stroke: token('--faint'), grid: { stroke: token('--line-soft'), width: 1 }, ticks: { show: false }, font: FONT };
    const close = (data.at.at(-1) ?? 0) - (data.at[0] ?? 0) < 600;
    const order = data.parts.map((_, i) => data.parts.length - 1 - i);
    const width = Math.max(2, Math.min(14, (size.width - 80) / Math.max(1, data.at.length) - 2));
    const paths = uPlot.paths.bars?.({ size: [0.86, width, 2], align: 0 });
    this.plot = new uPlot(
      {
        ...size,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false, range: () => [-0.5, Math.max(0.5, data.at.length - 0.5)] }, y: { range: (_, __, max) => [0, max * 1.08 || 1] } },
        axes: [
          { ...axis, grid: { show: false }, space: 90, size: 26, values: (_, splits) => splits.map((i) => label(data.at[i], close)) },
          { ...axis, size: 52, values: (_, splits) => splits.map((v) => `${v} ms`) },
        ],
        series: [
          {},
          ...order.map((p) => ({ label: data.parts[p]?.label ?? '', fill: token(data.parts[p]?.color ?? '--ice'), width: 0, paths, points: { show: false } })),
        ],
        hooks: { setCursor: [(u) => onHover(u.cursor.idx ?? null)] },
      },
      this.aligned(data),
      parent,
    );
  }

  private aligned(data: Columns): uPlot.AlignedData {
    const sums = stack(data.parts);
    return [data.at.map((_, i) => i), ...data.parts.map((_, i) => sums[data.parts.length - 1 - i] ?? [])] as uPlot.AlignedData;
  }

  resize(width: number, height: number): void {
    this.plot.setSize({ width, height });
  }

  destroy(): void {
    this.plot.destroy();
  }
}

/** Within minutes of each other, columns need their seconds to be told apart. */
function label(seconds: number | undefined, close: boolean): string {
  return seconds === undefined ? '' : clock(new Date(seconds * 1000).toISOString(), false).slice(0, close ? 8 : 5);
}
