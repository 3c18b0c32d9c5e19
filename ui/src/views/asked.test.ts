// What the interface says where something cannot be done as it was asked, and what can be taken back.

import { expect, test, vi } from 'vitest';
import { toasts } from '$shared/toasts.svelte';
import { all, enter, find, open, staging } from './staged';

staging();

test.each([
  ['#/load', 'load', 'load-run', 'load-remove'],
  ['#/load/map', 'map', 'map-run', 'map-remove'],
] as const)('what was removed at %s can be had again', async (hash, _, row, remove) => {
  await open('full', hash);
  await vi.waitFor(() => expect(find(remove)).not.toBeNull());
  const before = all(row).length;
  find(remove)?.click();
  await vi.waitFor(() => expect(all(row)).toHaveLength(before - 1));
  await vi.waitFor(() => expect(find('toast-action')?.textContent).toBe('Undo'));
  find('toast-action')?.click();
  await vi.waitFor(() => expect(all(row)).toHaveLength(before));
});

test('a call of code that is at odds with the disk leads to the decision, and is sent once that is made', async () => {
  const transport = await open('full', '#/function/1');
  await vi.waitFor(() => expect(document.querySelector('.cm-content')).not.toBeNull(), 10_000);
  const [main] = await transport.call('files', { function: 1 });
  const path = main?.path ?? '';
  const view = (await import('@codemirror/view')).EditorView.findFromDOM(find('code-editor') as HTMLElement);
  view?.dispatch({ changes: { from: 0, insert: '# mine\n' } });
  await vi.waitFor(() => expect(find('invoke')?.textContent).toContain('Save and invoke'));
  await transport.call('save_file', { function: 1, path, text: '# theirs\n', base_hash: null });
  find('invoke')?.click();
  await vi.waitFor(() => expect(find('conflict-waits')?.textContent).toContain('Your call waits'));
  expect(document.activeElement, 'the keys are where it is decided').toBe(find('conflict-compare'));
  const sent = find('result')?.dataset.request;
  find('conflict-overwrite')?.click();
  await vi.waitFor(() => expect(find('result')?.dataset.request).not.toBe(sent), 10_000);
  expect((await transport.call('read_file', { function: 1, path })).text).toMatch(/^# mine/);
  expect(find('conflict')).toBeNull();
}, 20_000);

test('a cold row says in the table what the cloud would take, also to who hears it', async () => {
  await open('full', '#/invocations?q=cold:yes');
  await vi.waitFor(() => expect(all('invocation-row').length).toBeGreaterThan(0));
  const told = all('invocation-row').map((row) => row.querySelector('.wait')?.textContent ?? '');
  expect(told.some((text) => /\d+ ms, in the cloud ≈ 150–230 ms/.test(text)), told.join('|')).toBe(true);
});

test('of a very long log it is said how much is not shown, and where all of it is', async () => {
  const transport = await open('full');
  const rows = await transport.call('invocations', { function: null, minutes: null, status: null, search: 'fn:nightly-report', before: null, limit: 1 });
  const id = rows[0]?.id ?? 0;
  location.hash = `#/invocations/${id}`;
  window.dispatchEvent(new Event('hashchange'));
  await vi.waitFor(() => expect(find('logs-left-out')?.textContent).toContain('12,345 lines before them are not shown here'));
  expect(find('logs-all')?.getAttribute('href')).toContain(`logs?q=request%3A${rows[0]?.request_id}`);
});

test('a number that cannot be is said to be wrong, and not made into another', async () => {
  const transport = await open('full', '#/settings');
  await vi.waitFor(() => expect(find('start-port')).not.toBeNull());
  enter('start-port', '80');
  await vi.waitFor(() => expect(find('start-port-wrong')?.textContent).toBe('not set: from 1024 to 65000'));
  enter('keep-days', '-4');
  await vi.waitFor(() => expect(find('keep-days-wrong')?.textContent).toBe('not set: from 1 to 3650'));
  expect(find('keep-dialog'), 'nothing is asked').toBeNull();
  enter('start-port', '9401');
  await vi.waitFor(async () => expect((await transport.call('settings', {})).start.port).toBe(9401));
  enter('start-ui_port', '9401');
  await vi.waitFor(() => expect(find('start-ui_port-wrong')?.textContent).toBe('not set: it is the port of the functions'));
  expect((await transport.call('settings', {})).start.ui_port).toBeNull();
  enter('start-port', '');
  await vi.waitFor(async () => expect((await transport.call('settings', {})).start.port).toBeNull());
  expect(find('start-port-wrong')).toBeNull();
});

test('the form of a new function says while it is filled in what cannot be', async () => {
  await open('full', '#/functions');
  await vi.waitFor(() => expect(find('app')?.dataset.link).toBe('live'));
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
  await vi.waitFor(() => expect(all('palette-item').length).toBeGreaterThan(5));
  all('palette-item').find((item) => item.dataset.value === 'new')?.click();
  await vi.waitFor(() => expect(find('new-name')).not.toBeNull());
  for (const name of ['../x', 'x'.repeat(100), '1st']) {
    enter('new-name', name);
    await vi.waitFor(() => expect(find('new-problem')?.textContent, name).toContain('begins with a letter'));
    expect((find('new-submit') as HTMLButtonElement).disabled).toBe(true);
  }
  enter('new-name', 'Thumbnail');
  await vi.waitFor(() => expect(find('new-problem')?.textContent).toContain('is called thumbnail already'));
  enter('new-name', 'thumbnail-2');
  await vi.waitFor(() => expect(find('new-problem')?.textContent).toBe(''));
});

test('while the host does not answer, nothing is counted or offered that only it knows', async () => {
  await open('lost', '#/function/1');
  await vi.waitFor(() => expect(find('app')?.dataset.link).toBe('lost'), 5_000);
  await vi.waitFor(() => expect((find('invoke') as HTMLButtonElement).disabled).toBe(true));
  const counting = all('sidebar-function').filter((entry) => /\d:\d\d/.test(entry.textContent));
  expect(counting, 'no instance is known to count down').toEqual([]);
});

test('what failed on a page is not said on the next', async () => {
  await open('full', '#/function/1');
  await vi.waitFor(() => expect(find('function-name')).not.toBeNull());
  toasts.show({ tone: 'bad', title: 'Not opened', text: 'there is no editor' });
  const said = (): boolean => all('toast').some((toast) => toast.textContent.includes('Not opened'));
  await vi.waitFor(() => expect(said()).toBe(true));
  location.hash = '#/costs';
  window.dispatchEvent(new Event('hashchange'));
  await vi.waitFor(() => expect(said()).toBe(false));
});

test('the palette compares with the last commit and saves the event', async () => {
  localStorage.clear();
  await open('full', '#/function/1');
  await vi.waitFor(() => expect(find('event-card')).not.toBeNull());
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
  await vi.waitFor(() => expect(all('palette-item').map((item) => item.dataset.value)).toContain('event-save'));
  all('palette-item').find((item) => item.dataset.value === 'compare')?.click();
  await vi.waitFor(() => expect(find('compared')).not.toBeNull());
  expect(location.hash, 'it is done once').not.toContain('compare');
});
