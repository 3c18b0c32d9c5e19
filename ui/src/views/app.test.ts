import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import { all, find, open, staging } from './staged';

staging();

test('the home shows every function with its figures', async () => {
  await open('full');
  await vi.waitFor(() => expect(all('function-row')).toHaveLength(9));
  await vi.waitFor(() => expect(find('summary-calls-value')?.textContent).toBe('29,681'));
  const webhook = all('function-row').find((row) => row.dataset.name === 'webhook');
  expect(webhook?.textContent).toContain('refused, main.py:12');
  expect(webhook?.querySelector('[data-testid="state"]')?.getAttribute('aria-label'), 'a state is also a word').toContain('save refused');
});

test.each([
  ['empty', 'welcome'],
  ['nofunctions', 'no-functions'],
  ['down', 'unreachable'],
  ['expired', 'unreachable'],
  ['loading', 'loading'],
  ['thin', 'first-call'],
  ['notrecording', 'not-recording'],
] as const)('the state %s has a face of its own', async (scene, id) => {
  await open(scene);
  await vi.waitFor(() => expect(find(id)).not.toBeNull());
});

test('that nothing is recorded stands on every page, with the file and what to do', async () => {
  await open('notrecording', '#/costs');
  await vi.waitFor(() => expect(find('not-recording')?.textContent).toContain('No space left on device'));
  expect(find('not-recording')?.textContent).toContain('/home/ada/.local/share/coldframe');
  expect(find('not-recording')?.textContent).toContain('--data-dir');
});

test('a link leads straight to a part of a function', async () => {
  await open('full', '#/function/1?tab=settings');
  await vi.waitFor(() => expect(find('settings')).not.toBeNull());
  expect(find('function-name')?.textContent).toBe('thumbnail');
  expect(find('tab-settings')?.getAttribute('aria-selected')).toBe('true');
  expect(document.title).toBe('thumbnail · storefront · Coldframe');
});

test('a link to an invocation opens it', async () => {
  const transport = await open('full');
  const [row] = await transport.call('invocations', { function: 1, minutes: null, status: null, search: null, before: null, limit: 1 });
  location.hash = `#/function/1?tab=invocations&id=${row?.id}`;
  window.dispatchEvent(new Event('hashchange'));
  await vi.waitFor(() => expect(find('invocation-detail')?.textContent).toContain(row?.request_id));
});

test('invoking shows the cold start, its phases and its log', async () => {
  await open('full', '#/function/5');
  await vi.waitFor(() => expect(find('invoke')).not.toBeNull());
  find('invoke')?.click();
  await vi.waitFor(() => expect(find('result-cold')?.textContent).toBe('cold start'));
  expect(find('result')?.textContent, 'and the one it would have had there').toContain('in the cloud it would take ≈ 150–230 ms');
  expect(find('result')?.querySelector('[data-testid="status"]')?.textContent).toBe('200');
  expect(find('invocation-log')?.textContent).toContain('REPORT RequestId');
});

test('the first call of new code says in place that it was warm here, and what a deployment would have cost it', async () => {
  await open('full', '#/function/1');
  const said = 'warm here; in the cloud a deployment would start cold: ≈ 150–230 ms more';
  const row = (): Element | undefined => [...document.querySelectorAll('[data-testid="recent"] li')].find((one) => one.textContent.includes(said));
  await vi.waitFor(() => expect(row()).toBeDefined());
  row()?.querySelector<HTMLElement>('[data-testid="recent-row"]')?.click();
  await vi.waitFor(() => expect(find('result')?.textContent).toContain(said));
  expect(find('fact-deployed-basis')?.textContent, 'it says what that rests on').toContain('start of python3.12');
});

test('the palette has every page, every function with its parts and every verb, each once, and what was done last first', async () => {
  localStorage.clear();
  await open('full', '#/function/1');
  await vi.waitFor(() => expect(find('function-name')?.textContent).toBe('thumbnail'));
  const list = async (): Promise<string[]> => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
    await vi.waitFor(() => expect(all('palette-item').length).toBeGreaterThan(20));
    return all('palette-item').map((item) => item.dataset.value ?? '');
  };
  const ids = await list();
  expect(new Set(ids).size, 'no action is listed twice').toBe(ids.length);
  for (const id of ['invoke', 'sleep', 'keep-warm', 'copy-address', 'copy-curl', 'go-timeline', 'go-settings', 'tab-logs', 'settings-record', 'open', 'new', 'samples', 'clear', 'theme-dark', 'shortcuts', 'fn-3', 'recent-/home/ada/code/image-pipeline']) {
    expect(ids, id).toContain(id);
  }
  all('palette-item').find((item) => item.dataset.value === 'tab-logs')?.click();
  await vi.waitFor(() => expect(find('tab-logs')?.getAttribute('aria-selected')).toBe('true'));
  expect((await list()).slice(0, 2), 'done last, and what this part of the page adds').toEqual(['tab-logs', 'log-follow']);
});

test.each([
  ['#/load', ['load-start', 'load-shape-spike', 'load-again', 'load-remove', 'load-map']],
  ['#/load/map', ['map-failed', 'map-save', 'load-traffic']],
  ['#/sidebyside?fn=2', ['sides-all', 'sides-latency', 'tour']],
  ['#/timeline', ['timeline-in', 'timeline-out', 'timeline-60000', 'timeline-earlier']],
  ['#/invocations', ['search-status:failed', 'search-cold:yes']],
  ['#/invocations?q=cold:yes', ['search-clear', 'search-cold:yes']],
  ['#/logs', ['log-follow', 'search-stream:stderr']],
  ['#/starts', ['starts-by-revision', 'starts-by-runtime', 'imports-measure-1']],
  ['#/function/1?tab=cold', ['imports-measure']],
  ['#/function/1?tab=invocations', ['status-filter-error']],
] as const)('the palette has what can be done at %s', async (hash, ids) => {
  localStorage.clear();
  await open('full', hash);
  await vi.waitFor(() => expect(find('app')?.dataset.link).toBe('live'));
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
  await vi.waitFor(() => expect(all('palette-item').map((item) => item.dataset.value)).toEqual(expect.arrayContaining([...ids])));
  const listed = all('palette-item').map((item) => item.dataset.value);
  expect(new Set(listed).size, 'each once').toBe(listed.length);
});

test('a call and a shape are chosen in the palette', async () => {
  localStorage.clear();
  await open('full', '#/load');
  const run = async (id: string): Promise<void> => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
    await vi.waitFor(() => expect(all('palette-item').some((item) => item.dataset.value === id)).toBe(true));
    all('palette-item').find((item) => item.dataset.value === id)?.click();
  };
  await run('load-shape-poisson');
  await vi.waitFor(() => expect(find('load-seed')).not.toBeNull());
  location.hash = '#/invocations';
  window.dispatchEvent(new Event('hashchange'));
  await run('search-cold:yes');
  await vi.waitFor(() => expect(location.hash).toBe('#/invocations?q=cold%3Ayes'));
});

test('a question mark lists the shortcuts, but not where somebody writes', async () => {
  await open('full', '#/logs');
  await vi.waitFor(() => expect(find('logs-page')).not.toBeNull());
  const press = (target: EventTarget): boolean => target.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }));
  const field = document.querySelector('input');
  if (field) press(field);
  flushSync();
  expect(find('shortcuts')).toBeNull();
  press(window);
  await vi.waitFor(() => expect(find('shortcuts')?.textContent).toContain('Timeline'));
});

test('settings are there without a project, and say what cannot be used', async () => {
  await open('empty', '#/settings');
  await vi.waitFor(() => expect(find('prices-state')?.textContent).toContain('mistake'));
  expect(find('nav-settings')?.getAttribute('aria-current')).toBe('page');
  await vi.waitFor(() => expect(all('recorded-project')).toHaveLength(3));
});

test.each([
  ['#/function/%', 'function-missing', 'not here any more'],
  ['#/invocations/99999999', 'invocation-missing', 'Invocation 99999999 is not in the record'],
  ['#/invocations/abc', 'invocation-missing', 'Invocation abc is not in the record'],
  ['#/invocations/%E0%A4%A', 'invocation-missing', 'Invocation %E0%A4%A is not in the record'],
  ['#/function/1?tab=invocations&id=99999999', 'invocation-missing', 'is not in the record'],
  ['#/nonsense/x', 'no-page', 'There is no page “nonsense/x”'],
])('the address %s says what is not there', async (hash, id, says) => {
  await open('full', hash);
  await vi.waitFor(() => expect(find(id)?.textContent).toContain(says));
});

test('a load test is begun, seen and stopped, and its figures stay', async () => {
  const transport = await open('thin', '#/load');
  await vi.waitFor(() => expect(find('load-empty')).not.toBeNull());
  find('load-start')?.click();
  await vi.waitFor(() => expect(find('load-detail')?.dataset.state).toBe('running'));
  expect(find('load-start'), 'a second one cannot be begun').toBeNull();
  transport.send({});
  await vi.waitFor(() => expect(Number(find('load-sent')?.dataset.value)).toBeGreaterThan(0));
  find('load-stop')?.click();
  await vi.waitFor(() => expect(find('load-detail')?.dataset.state).toBe('stopped'));
  expect(find('load-rests')?.textContent).toContain('its latency counts from that moment');
});

test('runs are compared by ticking them, and a link brings the comparison back', async () => {
  await open('full', '#/load');
  await vi.waitFor(() => expect(all('load-compare')).toHaveLength(4));
  for (const box of all('load-compare').slice(0, 2)) box.click();
  await vi.waitFor(() => expect(find('load-compare-table')?.textContent).toContain('Rate achieved'));
  expect(location.hash).toMatch(/^#\/load\?compare=\d+%2C\d+$/);
  find('load-compare-clear')?.click();
  await vi.waitFor(() => expect(find('load-detail')).not.toBeNull());
});

test('no page has an entry that leads nowhere', async () => {
  await open('full');
  await vi.waitFor(() => expect(find('sidebar')).not.toBeNull());
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    location.hash = link.getAttribute('href') ?? '';
    window.dispatchEvent(new Event('hashchange'));
    const page = location.hash.slice(2);
    await vi.waitFor(() => expect(find(`${page}-page`), page).not.toBeNull());
  }
});

test('what outlives a page goes on working when the page is left, whichever page that is', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  await open('full', '#/load');
  const at = async (hash: string, id: string): Promise<void> => {
    location.hash = hash;
    window.dispatchEvent(new Event('hashchange'));
    await vi.waitFor(() => expect(find(id), hash).not.toBeNull(), 10_000);
  };
  const kept = [['#/load', 'load-form'], ['#/load/map', 'map-page'], ['#/function/1', 'event-card']] as const;
  for (const [hash, id] of kept) await at(hash, id);
  for (const tab of ['invocations', 'logs', 'cold', 'reloads', 'size', 'elsewhere', 'settings']) await at(`#/function/1?tab=${tab}`, 'tab-panel');
  for (const page of ['functions', 'timeline', 'invocations', 'costs', 'logs', 'starts', 'settings']) await at(`#/${page}`, `${page}-page`);
  for (const [hash, id] of kept) await at(hash, id);
  expect(warned.mock.calls.flat().filter((said) => String(said).includes('derived_inert'))).toEqual([]);
}, 60_000);

test('what the last save did stands above the code, and nothing of what is within its noise', async () => {
  await open('full', '#/function/1');
  await vi.waitFor(() => expect(find('saved-line')?.textContent).toContain('CPU of a call 3.1 ms → 3.8 ms'), 10_000);
  expect(find('saved-line')?.textContent).toContain('start +9.6 ms');
  expect(find('saved-line')?.textContent, 'memory took too few samples to say').not.toContain('memory');
  find('saved-line')?.click();
  await vi.waitFor(() => expect(all('receipt-recorded').length).toBeGreaterThan(0), 10_000);
});
