import { beforeEach, expect, test } from 'vitest';
import { toasts } from './toasts.svelte';
import { undo } from './undo.svelte';

beforeEach(() => {
  undo.forget();
  toasts.list = [];
});

test('the last change is taken back first, each once', async () => {
  const done: string[] = [];
  for (const what of ['one', 'two']) undo.offer(what, '', () => Promise.resolve(void done.push(what)));
  expect(undo.last).toBe('two');
  await undo.undo();
  await undo.undo();
  await undo.undo();
  expect(done).toEqual(['two', 'one']);
  expect(undo.last).toBeNull();
});

test('the button below the page takes back its own change, and goes', async () => {
  const done: string[] = [];
  for (const what of ['one', 'two']) undo.offer(what, '', () => Promise.resolve(void done.push(what)));
  toasts.list.find(({ title }) => title === 'one')?.action?.run();
  await Promise.resolve();
  expect(done).toEqual(['one']);
  expect(toasts.list.map(({ title }) => title)).toContain('two');
  expect(toasts.list.some(({ title }) => title === 'one')).toBe(false);
  expect(undo.last).toBe('two');
});

test('what cannot be taken back says why', async () => {
  undo.offer('Deleted it', '', () => Promise.reject(new Error('the disk is full')));
  await undo.undo();
  expect(toasts.list.at(-1)).toMatchObject({ tone: 'bad', text: 'the disk is full' });
});
