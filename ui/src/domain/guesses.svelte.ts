// What a person says of a row before they see what came of it. A guess is of one question: another number of calls a month is
// another one. Kept by project root over a page's reload.

import type { RowKind, RowResult, Side } from '$ipc';

/** Calls a month; null where the host is to choose them. */
export type Question = number | null;
export interface Asked {
  row: RowKind;
  asks: readonly string[];
  result: Pick<RowResult, 'asked_calls'> | null;
}

interface Said {
  guesses: readonly (Side | null)[];
  /** They wanted to see it without an answer. */
  shown: boolean;
}
interface Kept {
  /** By function, row and question. */
  said: Readonly<Record<string, Said>>;
  /** The question that was put last. */
  last: Question;
}

const KEY = 'coldframe.guesses';
const NOTHING: Said = { guesses: [], shown: false };
const at = (fn: number, row: RowKind, question: Question): string => `${fn}/${row}/${question ?? ''}`;
/** The question that what came of a row answers, whoever put it. */
export const put = ({ result }: Pick<Asked, 'result'>): Question => result?.asked_calls ?? null;

export class Guesses {
  #kept = $state.raw<Kept>({ said: {}, last: null });

  /** `root`: whose these are; those of nothing that is open are not kept. */
  constructor(private readonly root: string | null) {
    const own = root === null ? undefined : read()[root];
    if (own) this.#kept = own;
  }

  guess(fn: number, row: RowKind, question: Question, ask: number, side: Side): void {
    const said = this.#said(fn, row, question);
    const guesses = Array.from({ length: Math.max(said.guesses.length, ask + 1) }, (_, one) => (one === ask ? side : (said.guesses[one] ?? null)));
    this.#say(fn, row, question, { ...said, guesses });
  }

  guessed(fn: number, row: RowKind, question: Question, ask: number): Side | null {
    return this.#said(fn, row, question).guesses[ask] ?? null;
  }

  /** It is to be seen without an answer. */
  show(fn: number, asked: Asked): void {
    const question = put(asked);
    this.#say(fn, asked.row, question, { ...this.#said(fn, asked.row, question), shown: true });
  }

  ask(question: Question): void {
    this.#keep({ ...this.#kept, last: question });
  }

  /** That was put last, of whatever. */
  get last(): Question {
    return this.#kept.last;
  }

  /** What came of a row gives nothing away any more. */
  answered(fn: number, asked: Asked): boolean {
    const { guesses, shown } = this.#said(fn, asked.row, put(asked));
    return shown || asked.asks.every((_, ask) => (guesses[ask] ?? null) !== null);
  }

  /** Its table is begun anew. */
  forget(fn: number): void {
    const others = <V>(all: Readonly<Record<string, V>>): Record<string, V> => Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith(`${fn}/`)));
    this.#keep({ ...this.#kept, said: others(this.#kept.said) });
  }

  #said(fn: number, row: RowKind, question: Question): Said {
    return this.#kept.said[at(fn, row, question)] ?? NOTHING;
  }

  #say(fn: number, row: RowKind, question: Question, said: Said): void {
    this.#keep({ ...this.#kept, said: { ...this.#kept.said, [at(fn, row, question)]: said } });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    if (this.root !== null) localStorage.setItem(KEY, JSON.stringify({ ...read(), [this.root]: kept }));
  }
}

function read(): Record<string, Kept> {
  try {
    const all = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, Partial<Kept>>;
    return Object.fromEntries(Object.entries(all).map(([root, { said, last }]) => [root, { said: said ?? {}, last: last ?? null }]));
  } catch {
    return {};
  }
}
