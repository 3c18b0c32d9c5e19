import { expect, test } from 'vitest';
import { asking, has, toggled, plain } from './terms';

test('a term is put in and taken out, and the rest stays', () => {
  expect(toggled('', 'cold:yes')).toBe('cold:yes');
  expect(toggled('fn:thumb "out of stock"', 'cold:yes')).toBe('fn:thumb "out of stock" cold:yes');
  expect(toggled('fn:thumb cold:yes "out of stock"', 'cold:yes')).toBe('fn:thumb "out of stock"');
  expect(has('-cold:yes', 'cold:yes')).toBe(false);
});

test('the palette puts a term in, takes it out, and clears the search', () => {
  const presets = [{ label: 'Cold', term: 'cold:yes', title: 'Waited' }];
  let search = 'fn:thumb';
  const press = (id: string) => asking(presets, search, (next) => (search = next)).find((one) => one.id === id)?.run();
  press('search-cold:yes');
  expect(search).toBe('fn:thumb cold:yes');
  expect(asking(presets, search, () => undefined).map(({ label }) => label)).toEqual(['Clear the search', 'Filter no more: Cold']);
  press('search-cold:yes');
  expect(search).toBe('fn:thumb');
  press('search-clear');
  expect(search).toBe('');
  expect(asking(presets, search, () => undefined).map(({ id }) => id), 'there is nothing to clear').toEqual(['search-cold:yes']);
});

test('words are told apart from what is asked of fields', () => {
  for (const search of ['lamp', 'fn:shop lamp', '"out of stock"', '-lamp', 'fn:shop -"out of stock"']) expect(plain(search), search).toBe(true);
  for (const search of ['', 'fn:shop status:failed', 'error:"Key Error"', '-status:ok since:1h', 'dur:200..900ms']) expect(plain(search), search).toBe(false);
});
