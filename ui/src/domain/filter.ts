// One term of a search, made of its field, how it is compared and with what. Pure.

import type { Asked } from './completion';

export interface Operator {
  label: string;
  /** Before the whole term, and before its value. */
  minus: '-' | '';
  sign: '>' | '>=' | '<' | '<=' | '';
}

const IS: Operator = { label: 'is', minus: '', sign: '' };
const IS_NOT: Operator = { label: 'is not', minus: '-', sign: '' };
const COMPARED: readonly Operator[] = [
  { label: 'over', minus: '', sign: '>' },
  { label: 'at least', minus: '', sign: '>=' },
  { label: 'under', minus: '', sign: '<' },
  { label: 'at most', minus: '', sign: '<=' },
];
/** How long ago: there is one way to compare it. */
const AGO = ['since', 'until'];

const SIGN = /^[<>]=?/;

export function operators({ name, values }: Asked): readonly Operator[] {
  if (AGO.includes(name)) return [IS];
  if (!values.some((value) => SIGN.test(value))) return [IS, IS_NOT];
  // What is usually compared is compared first; a level or a count may be one of a kind as well.
  return [...COMPARED, IS, IS_NOT];
}

/** What it may be compared with, as far as is known. */
export const valuesOf = ({ values }: Asked): string[] => [...new Set(values.filter((value) => !value.includes('..')).map((value) => value.replace(SIGN, '')))];

export function term(field: string, { minus, sign }: Operator, value: string): string {
  const text = value.trim();
  return `${minus}${field}:${sign}${/[\s"]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text}`;
}

const OTHERS = /^(?:OR|AND|NOT|&&|\|\||\(.*|[^(]*\))$/;

/** Whether it is written in the manner of another language, outside quotation marks. */
export function foreign(search: string): boolean {
  const bare = search.replace(/"(?:\\.|[^"\\])*"?/g, '""');
  return bare.split(/\s+/).some((word) => OTHERS.test(word));
}
