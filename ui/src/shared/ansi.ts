// Terminal colours (ECMA-48 SGR) as runs of text with a look: rendered with the theme's own colours, never the terminal's.

export interface Run {
  text: string;
  /** 0–7 of the palette; bright ones are the same. */
  color: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

// eslint-disable-next-line no-control-regex -- terminal colours are written with ESC
const SEQUENCE = /\u001b\[([ -?]*)([@-~])/g;
const PLAIN: Omit<Run, 'text'> = { color: null, bold: false, dim: false, italic: false, underline: false };

/** Without colours. */
export function plain(text: string): string {
  return text.replace(SEQUENCE, '');
}

export function runs(text: string): Run[] {
  if (!text.includes('\u001b[')) return [{ ...PLAIN, text }];
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
  const codes = parameters.split(/[;:]/).map(Number);
  let next = { ...look };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code >= 30 && code <= 37) next.color = code - 30;
    else if (code >= 90 && code <= 97) next.color = code - 90;
    else if (code === 39) next.color = null;
    else if (code === 38 || code === 48) {
      // `38;5;N` and `38;2;R;G;B`: of the first sixteen the colour is known; no other is one of the theme's.
      const indexed = codes[i + 1] === 5;
      const n = codes[i + 2] ?? NaN;
      if (code === 38) next.color = indexed && n < 16 ? n % 8 : null;
      i += indexed ? 2 : 4;
    }
  }
  return next;
}
