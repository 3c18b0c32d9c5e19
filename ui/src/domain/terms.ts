// The words of a search that buttons put in and take out. What they mean is the record's business.

import type { Action } from '$shared/actions.svelte';

export interface Preset {
  label: string;
  term: string;
  title: string;
}

/** An example and what it asks for, for those who look it up. */
export type Field = readonly [string, string];

export const has = (search: string, term: string): boolean => search.split(/\s+/).includes(term);

/** Whether it looks for words, beside what it asks of fields. */
export function plain(search: string): boolean {
  // What is in quotation marks is a word of its own, or a field's value.
  const bare = search.replace(/"(?:\\.|[^"\\])*"?/g, '_');
  return bare.split(/\s+/).some((word) => /^-?[^\s:-][^\s:]*$/.test(word));
}

/** Puts the term at the end, or takes it out. */
export function toggled(search: string, term: string): string {
  if (!has(search, term)) return [search.trim(), term].filter(Boolean).join(' ');
  // Only whole words are taken out: what is in quotation marks stays.
  return search
    .split(/(\s+)/)
    .filter((word) => word !== term)
    .join('')
    .replace(/\s{2,}/g, ' ')
    .trim();
}

/** What the buttons at a search do, for the palette. */
export function asking(presets: readonly Preset[], search: string, onsearch: (search: string) => void): Action[] {
  const group = 'Here' as const;
  const clear: Action[] = search.trim() === '' ? [] : [{ id: 'search-clear', group, label: 'Clear the search', detail: search.trim(), run: () => onsearch('') }];
  const filters = presets.map(({ label, term, title }) => ({ id: `search-${term}`, group, label: `${has(search, term) ? 'Filter no more' : 'Filter'}: ${label}`, detail: title, run: () => onsearch(toggled(search, term)) }));
  return [...clear, ...filters];
}
