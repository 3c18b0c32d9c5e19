// Terminal colours (ECMA-48 SGR) as runs of text with a look: rendered with the theme's own colours, never the terminal's.

import { unturned } from './bidi';

export interface Run {
  text: string;
  /** 0–7 of the palette; bright ones are the same. */
  color: number | null;
  /** What it stands on, of the same palette. */
  ground: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

/**
 * Control sequences (their parameters, and what they do); strings as a title or a link, up to BEL or ST; and what chooses
 * a set of characters. The rest of ECMA-48 moves a cursor that a log has not.
 */
// eslint-disable-next-line no-control-regex -- they begin with ESC
const SEQUENCE = /\u001b(?:\[([ -?]*)([@-~])|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]+[0-~])/g;
const PLAIN: Omit<Run, 'text'> = { color: null, ground: null, bold: false, dim: false, italic: false, underline: false };

/** Without colours. */
export function plain(text: string): string {
  return text.replace(SEQUENCE, '');
}

/** What changes the direction of a text is in it as what it is. */
export function runs(said: string): Run[] {
  const text = unturned(said);
  if (!text.includes('\u001b')) return [{ ...PLAIN, text }];
  const all: Run[] = [];
  let look = PLAIN;
  let from = 0;
  for (const match of text.matchAll(SEQUENCE)) {
    if (match.index > from) all.push({ ...look, text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    if (match[2] === 'm') look = turned(look, match[1] ?? '');
  }
  if (from < text.length) all.push({ ...look, text: text.slice(from) });
  return all;
}

function turned(look: Omit<Run, 'text'>, parameters: string): Omit<Run, 'text'> {
  const codes = parameters.split(';').flatMap(spread);
  let next = { ...look };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    // Turned around, and back: a badge. Without a colour there is none to stand on.
    else if (code === 7 || code === 27) next = { ...next, color: next.ground, ground: next.color };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code >= 30 && code <= 37) next.color = code - 30;
    else if (code >= 90 && code <= 97) next.color = code - 90;
    else if (code === 39) next.color = null;
    else if (code >= 40 && code <= 47) next.ground = code - 40;
    else if (code >= 100 && code <= 107) next.ground = code - 100;
    else if (code === 49) next.ground = null;
    else if (code === 38 || code === 48 || code === 58) {
      // `38;5;N` and `38;2;R;G;B`. The colour of a line below is not shown.
      const indexed = codes[i + 1] === 5;
      const [r = NaN, g = NaN, b = NaN] = codes.slice(i + 2);
      const color = indexed ? ofIndex(r) : nearest(r, g, b);
      if (code === 38) next.color = color;
      if (code === 48) next.ground = color;
      i += indexed ? 2 : 4;
    }
  }
  return next;
}

/** A parameter with its own: `38:2::R:G:B` as `38;2;R;G;B` means it, `4:0` as no line below, `4:3` as one. */
function spread(parameter: string): number[] {
  const [head = '', ...own] = parameter.split(':');
  const code = Number(head);
  if (own.length === 0) return [code];
  if (code === 4) return [own[0] === '0' ? 24 : 4];
  if (code !== 38 && code !== 48 && code !== 58) return [code];
  // With six there is a colour space between.
  const values = own[0] === '2' && own.length > 4 ? [own[0], ...own.slice(2, 5)] : own;
  return [code, ...values.map(Number)];
}

/** Of the 256: sixteen with names, a cube of six shades a side, and greys. */
function ofIndex(n: number): number | null {
  if (!(n >= 0 && n < 256)) return null;
  if (n < 16) return n % 8;
  if (n >= 232) return n < 244 ? 0 : 7;
  const shade = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const at = n - 16;
  return nearest(shade(Math.floor(at / 36)), shade(Math.floor(at / 6) % 6), shade(at % 6));
}

/** Where the hues of the palette begin, in degrees; red is also what comes before all of them. */
const HUES: readonly (readonly [number, number])[] = [[20, 3], [70, 2], [165, 6], [195, 4], [265, 5], [335, 1]];

/** The colour of the palette that is of the same hue; of what has none, that of its brightness. */
function nearest(r: number, g: number, b: number): number | null {
  if (![r, g, b].every((part) => part >= 0 && part <= 255)) return null;
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const span = most - least;
  if (most < 40 || span < most * 0.2) return most < 128 ? 0 : 7;
  const sixth = most === r ? (g - b) / span : most === g ? (b - r) / span + 2 : (r - g) / span + 4;
  const hue = (sixth * 60 + 360) % 360;
  return HUES.findLast(([from]) => hue >= from)?.[1] ?? 1;
}
