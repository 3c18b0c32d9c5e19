// Lines over a common axis with uPlot: counts as stairs, measures as curves. Charts of one group share the pointer.

import uPlot from 'uplot';

export interface Line {
  label: string;
  /** A token's name, `--leaf`. */
  color: string;
  values: readonly (number | null)[];
  dash?: number[];
  filled?: boolean;
  /** Each value has its dot, so that one between nothing is seen. */
  dots?: boolean;
  /** A value stands for the stretch from its place to the next. */
  stepped?: boolean;
}

export interface Frame {
  width: number;
  height: number;
  /** The axis ends there, whatever the lines have. */
  until?: number | undefined;
  /** Where the axis has its marks; chosen by what fits where it is left out. */
  marks?: readonly number[] | undefined;
  x: (value: number) => string;
  y: (value: number) => string;
  /** Charts of one name point at the same place. */
  group?: string | undefined;
}

/** A canvas draws with what is loaded when it draws: see that this is. */
export const FONT = '11px "Inter Variable", system-ui, sans-serif';

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export class LinePlot {
  readonly #plot: uPlot;

  constructor(parent: HTMLElement, at: readonly number[], lines: readonly Line[], frame: Frame, onpoint: (index: number | null) => void) {
    const axis = { stroke: token('--faint'), grid: { stroke: token('--line-soft'), width: 1 }, ticks: { show: false }, font: FONT };
    const { until, marks } = frame;
    this.#plot = new uPlot(
      {
        width: frame.width,
        height: frame.height,
        padding: [6, 22, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, ...(frame.group ? { sync: { key: frame.group, setSeries: false } } : {}) },
        scales: {
          x: { time: false, range: (_, min, max) => [Math.min(0, min ?? 0), until ?? Math.max(max ?? 1, 1e-3)] },
          y: { range: (_, __, max) => [0, (max ?? 0) * 1.1 || 1] },
        },
        axes: [
          { ...axis, grid: { show: false }, space: 70, size: 24, values: (_, splits) => splits.map((value) => frame.x(value)), ...(marks ? { splits: () => [...marks] } : {}) },
          { ...axis, size: 54, space: 34, values: (_, splits) => splits.map((value) => frame.y(value)) },
        ],
        series: [
          {},
          ...lines.map(({ label, color, dash, filled, dots, stepped }): uPlot.Series => {
            const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
            return { label, stroke: token(color), width: 1.4, spanGaps: true, points: dots ? { show: true, size: 5, fill: token(color) } : { show: false }, ...(dash ? { dash } : {}), ...(filled ? { fill: `color-mix(in srgb, ${token(color)} 15%, transparent)` } : {}), ...(paths ? { paths } : {}) };
          }),
        ],
        hooks: { setCursor: [(u) => onpoint(u.cursor.idx ?? null)] },
      },
      aligned(at, lines),
      parent,
    );
  }

  set(at: readonly number[], lines: readonly Line[]): void {
    this.#plot.setData(aligned(at, lines));
  }

  destroy(): void {
    this.#plot.destroy();
  }
}

function aligned(at: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [[...at], ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
}
