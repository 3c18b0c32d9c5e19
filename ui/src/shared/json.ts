// JSON as text: laid out anew, or found wrong, without going through numbers. What a person or a function wrote stays to
// the digit: a JavaScript number holds no more than 53 bits of it.

/** Where a text stops being JSON, from 1, and why. */
export interface Mistake {
  line: number;
  column: number;
  message: string;
}

/** Null where the text is JSON. */
export function mistake(text: string): Mistake | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const { at, message } = where(text);
    const before = text.slice(0, at).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
  }
}

function where(text: string): Stop {
  try {
    return new Reader(text).read();
  } catch {
    // Nested deeper than anybody reads.
    return { at: 0, message: 'this is no JSON' };
  }
}

/** A number that JavaScript would round, as it was written. */
export class Exact {
  constructor(readonly written: string) {}
}

/** As `JSON.parse`, but for numbers that it would change. Where a browser does not tell how they were written, it does. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && rounded(value, context.source) ? new Exact(context.source) : value,
  );
}

/** A whole number beyond what is exact, or one that is no number any more. */
const rounded = (value: number, source: string): boolean => !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source));

/** With two spaces a level, every value as it was written. Only for what is JSON. */
export function indented(text: string): string {
  return laidOut(text, (depth) => `\n${'  '.repeat(depth)}`, ': ');
}

/** On one line. Only for what is JSON. */
export function compact(text: string): string {
  return laidOut(text, () => '', ':');
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function laidOut(text: string, line: (depth: number) => string, colon: string): string {
  const tokens = text.match(TOKEN) ?? [];
  let [out, depth] = ['', 0];
  for (const [at, token] of tokens.entries()) {
    const empty = (token === '{' && tokens[at + 1] === '}') || (token === '[' && tokens[at + 1] === ']');
    if (token === '{' || token === '[') out += token + (empty ? '' : line(++depth));
    else if (token === '}' || token === ']') out += (tokens[at - 1] === '{' || tokens[at - 1] === '[' ? '' : line(--depth)) + token;
    else if (token === ',') out += token + line(depth);
    else if (token === ':') out += colon;
    else out += token;
  }
  return out;
}

interface Stop {
  at: number;
  message: string;
}

/** Reads until it cannot go on. Browsers say where in words of their own, or not at all. */
class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  read(): Stop {
    const stop = this.#value() ?? this.#end();
    return stop ?? { at: this.#at, message: 'this is no JSON' };
  }

  #end(): Stop | null {
    this.#space();
    return this.#at < this.text.length ? this.#stop('more stands after the end') : null;
  }

  #value(): Stop | null {
    this.#space();
    const next = this.text[this.#at];
    if (next === undefined) return this.#stop('a value is missing at the end');
    if (next === '{') return this.#members('}', () => this.#member());
    if (next === '[') return this.#members(']', () => this.#value());
    if (next === '"') return this.#string();
    const word = /[^\s,:{}[\]"]*/y;
    word.lastIndex = this.#at;
    const [found = ''] = word.exec(this.text) ?? [];
    if (/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(found)) {
      this.#at += found.length;
      return null;
    }
    if (next === '\uFEFF') return this.#stop('a byte order mark stands before the event: take it out');
    return this.#stop(found === '' ? `a value is missing before ${next}` : `${found.slice(0, 40)} is no JSON value${/^[A-Za-z_']/.test(found) ? ': text stands in double quotes' : ''}`);
  }

  #members(close: string, one: () => Stop | null): Stop | null {
    const whole = close === '}' ? 'object' : 'list';
    this.#at += 1;
    this.#space();
    if (this.#took(close)) return null;
    for (;;) {
      const stop = one();
      if (stop) return stop;
      this.#space();
      if (this.#took(close)) return null;
      if (this.#at >= this.text.length) return this.#stop(`the ${whole} is not closed with ${close}`);
      if (!this.#took(',')) return this.#stop(`a comma or ${close} is missing`);
      this.#space();
      if (this.text[this.#at] === close) return this.#stop(`a comma too many before ${close}`);
    }
  }

  #member(): Stop | null {
    this.#space();
    if (this.#at >= this.text.length) return this.#stop('the object is not closed with }');
    if (this.text[this.#at] !== '"') return this.#stop('a name in double quotes is missing');
    const stop = this.#string();
    if (stop) return stop;
    this.#space();
    return this.#took(':') ? this.#value() : this.#stop('a colon is missing after the name');
  }

  #string(): Stop | null {
    const closed = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*("?)/uy;
    closed.lastIndex = this.#at;
    const found = closed.exec(this.text);
    if (found?.[1] === '"') {
      this.#at = closed.lastIndex;
      return null;
    }
    this.#at += found?.[0].length ?? 0;
    const next = this.text[this.#at];
    if (next === '\\') return this.#stop(`${this.text.slice(this.#at, this.#at + 2)} stands for nothing: write \\\\ for a backslash`);
    return this.#stop(next === undefined || next === '\n' ? 'a text is not closed with "' : 'a control character stands in a text: escape it');
  }

  #took(token: string): boolean {
    if (this.text[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (/[ \t\n\r]/.test(this.text[this.#at] ?? '')) this.#at += 1;
  }

  #stop(message: string): Stop {
    return { at: this.#at, message };
  }
}
