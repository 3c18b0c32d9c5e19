// What the lanes are drawn with: the theme's own colours, and for each thing a figure as well, so that it is told apart
// without colour too. The legend says the same in CSS.

export interface Colours {
  line: string;
  idle: string;
  cold: string;
  busy: string;
  old: string;
  bad: string;
  wait: string;
  text: string;
  ground: string;
}

export type Fill = string | CanvasPattern;
export type Bar = 'wait' | 'boot' | 'init' | 'busy' | 'old' | 'bad';

export interface Ink {
  colours: Colours;
  fills: Record<Bar, Fill>;
  veil: Fill;
  font: string;
}

/** Of the theme that is shown; reads styles, so not for every frame. */
export function inkOf(canvas: HTMLCanvasElement): Ink {
  const style = getComputedStyle(canvas);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const colours: Colours = {
    line: read('--line-soft'), idle: read('--slate'), cold: read('--ice'), busy: read('--leaf'), old: read('--leaf-dim'), bad: read('--rose'),
    wait: read('--dim'), text: read('--dim'), ground: read('--panel'),
  };
  const { cold, busy, old, bad, wait, ground, line } = colours;
  const fills = {
    wait: dots(wait),
    boot: hatch(cold, undefined),
    init: cold,
    busy,
    old,
    bad: hatch(ground, bad),
  };
  return { colours, fills, veil: hatch(line, undefined), font: `11px ${style.fontFamily}` };
}

/** Strokes from lower left to upper right. */
function hatch(stroke: string, ground: string | undefined): Fill {
  return tile(6, stroke, (context) => {
    if (ground) {
      context.fillStyle = ground;
      context.fillRect(0, 0, 6, 6);
    }
    context.strokeStyle = stroke;
    context.lineWidth = ground ? 1.2 : 2;
    context.beginPath();
    for (const by of [-6, 0, 6]) {
      context.moveTo(by - 1, 7);
      context.lineTo(by + 7, -1);
    }
    context.stroke();
  });
}

function dots(colour: string): Fill {
  return tile(4, colour, (context) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 2, 4);
  });
}

/** Where there is nothing to draw on, the plain colour. */
function tile(size: number, colour: string, draw: (context: CanvasRenderingContext2D) => void): Fill {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return colour;
  draw(context);
  return context.createPattern(canvas, 'repeat') ?? colour;
}

/** Sized to the screen's own pixels, emptied, and measured in CSS pixels. To be restored. */
export function cleared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  if (!context) return null;
  const scale = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  context.save();
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** What stands on it moved to the left, and emptied from a place on, where alone it is drawn then. To be restored. */
export function shifted(canvas: HTMLCanvasElement, { by, from }: { by: number; from: number }, width: number, height: number): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  if (!context) return null;
  const scale = devicePixelRatio || 1;
  context.save();
  if (by > 0) {
    context.globalCompositeOperation = 'copy';
    context.drawImage(canvas, -by * scale, 0);
    context.globalCompositeOperation = 'source-over';
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.beginPath();
  context.rect(from, 0, width - from, height);
  context.clip();
  context.clearRect(from, 0, width - from, height);
  return context;
}
