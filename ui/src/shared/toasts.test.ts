import { beforeEach, expect, test } from 'vitest';
import { toasts } from './toasts.svelte';

const titles = (): string[] => toasts.list.map(({ title }) => title);

beforeEach(() => {
  for (const { id } of toasts.list) toasts.dismiss(id);
  toasts.reached(['function', '1']);
});

test('what went wrong on a page goes with it, and news of the host stays until it was followed', () => {
  toasts.show({ tone: 'bad', title: 'Not opened', text: 'there is no editor' });
  toasts.show({ tone: 'bad', title: 'api crashed', text: '', href: '#/function/2', lasting: true });
  toasts.reached(['function', '1']);
  expect(titles(), 'another tab is the same page').toEqual(['Not opened', 'api crashed']);
  toasts.reached(['costs']);
  expect(titles()).toEqual(['api crashed']);
  toasts.reached(['function', '2']);
  expect(titles()).toEqual([]);
});

test('what can be taken back is not lost by going on', () => {
  toasts.show({ tone: 'info', title: 'Removed', text: '', action: { label: 'Undo', run: () => undefined } });
  toasts.reached(['logs']);
  expect(titles()).toEqual(['Removed']);
});

test('no more are shown than leave room for what they lie on', () => {
  for (const n of [1, 2, 3, 4, 5]) toasts.show({ tone: 'bad', title: String(n), text: '' });
  expect(titles()).toEqual(['3', '4', '5']);
});
