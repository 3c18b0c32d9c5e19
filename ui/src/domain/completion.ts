// What may follow where somebody types a search: fields, then the values of one. Pure; what there is to offer is given.

/** A field of the search language and what it is usually compared with. */
export interface Asked {
  name: string;
  says: string;
  values: readonly string[];
  /** `status:error,timeout`: another one may follow a comma. */
  many?: boolean;
}

export interface Offer {
  /** In place of what stands between `from` and `to`. */
  text: string;
  label: string;
  says: string;
  /** It is a field: its value follows. */
  continues: boolean;
}

export interface Offers {
  from: number;
  to: number;
  offers: readonly Offer[];
}

const MOST = 10;
const none = (at: number): Offers => ({ from: at, to: at, offers: [] });

/** What may stand at a place of the text. `unasked` also where nothing has been typed yet. */
export function complete(text: string, caret: number, known: readonly Asked[], unasked = false): Offers {
  const start = wordAt(text, caret);
  if (start === null) return none(caret);
  const to = caret + (/^\S*/.exec(text.slice(caret))?.[0].length ?? 0);
  const word = text.slice(start, caret);
  const sign = word.startsWith('-') ? 1 : 0;
  const colon = word.indexOf(':');
  if (colon >= 0) return values(word, colon, start, to, known.find(({ name }) => name === word.slice(sign, colon).toLowerCase()));
  const typed = word.slice(sign).toLowerCase();
  if (typed === '' && !unasked) return none(caret);
  const fields = best(known, typed, ({ name }) => name);
  return {
    from: start + sign,
    to,
    offers: fields.map(({ name, says }) => ({ text: `${name}:`, label: `${name}:`, says, continues: true })),
  };
}

function values(word: string, colon: number, start: number, to: number, field: Asked | undefined): Offers {
  if (!field) return none(to);
  const begun = field.many ? Math.max(colon, word.lastIndexOf(',')) + 1 : colon + 1;
  const typed = word.slice(begun).toLowerCase();
  const taken = field.many ? word.slice(colon + 1, begun).toLowerCase().split(',') : [];
  const left = field.values.filter((value) => !taken.includes(value.toLowerCase()));
  const found = best(left, typed, (value) => value);
  // It stands there already.
  if (found.some((value) => value.toLowerCase() === typed)) return none(to);
  return {
    from: start + begun,
    to,
    offers: found.map((value) => ({ text: quoted(value), label: value, says: '', continues: false })),
  };
}

/** Where the word at the caret begins; null within quotation marks, where any text is meant. */
function wordAt(text: string, caret: number): number | null {
  let start = 0;
  let inside = false;
  for (let at = 0; at < caret; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\' && inside) at += 1;
    else if (character === '"') inside = !inside;
    else if (!inside && /\s/.test(character)) start = at + 1;
  }
  return inside ? null : start;
}

/** Those that begin so before those that have it somewhere; each as they came. */
function best<T>(all: readonly T[], typed: string, name: (one: T) => string): T[] {
  const place = (one: T): number => name(one).toLowerCase().indexOf(typed);
  return [...all.filter((one) => place(one) === 0), ...all.filter((one) => place(one) > 0)].slice(0, MOST);
}

const quoted = (value: string): string => (/[\s"]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value);

/** The text with an offer taken, and where the caret goes. A space follows a value: the next term comes. */
export function taken(text: string, { from, to }: Offers, offer: Offer): { text: string; caret: number } {
  const rest = text.slice(to);
  const put = offer.text + (offer.continues || /^\s/.test(rest) ? '' : ' ');
  const caret = from + put.length + (!offer.continues && /^\s/.test(rest) ? 1 : 0);
  return { text: text.slice(0, from) + put + rest, caret };
}
