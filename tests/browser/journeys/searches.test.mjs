// Finding a call among others by what is known of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = {
  'orders/lambda_function.py': 'def lambda_handler(event, context):\n    print("looked for", event["item"])\n    return {"found": event["item"]}\n',
  'fails/lambda_function.py': 'def lambda_handler(event, context):\n    raise KeyError("out of stock")\n',
};

const rows = (page) => page.getByTestId('invocation-row');
const shown = (page, many) => page.waitForFunction((many) => document.querySelectorAll('[data-testid="invocation-row"]').length === many, many);

test('calls are found by field, by text, and while more come in', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  for (const item of ['lamp', 'chair', 'lamp']) await host.invoke('orders', { item });
  await host.invoke('fails', { item: 'desk' });
  await page.getByTestId('nav-invocations').click();
  await page.getByTestId('invocations-page').waitFor();
  await shown(page, 4);

  await page.keyboard.press('/');
  await page.keyboard.insertText('fn:orders lamp');
  await shown(page, 2);
  assert.match(page.url(), /q=fn%3Aorders\+lamp/, 'the address says what is looked for');
  await host.invoke('orders', { item: 'floor lamp' });
  await shown(page, 3);

  await page.getByTestId('search-clear').click();
  await page.locator('[data-testid="preset"][data-term="status:failed"]').click();
  await shown(page, 1);
  await says(rows(page), 'fails');
  await page.getByTestId('invocation-open').first().click();
  await says(page.getByTestId('invocation-detail').getByTestId('response-body'), 'out of stock');
  assert.equal(await page.locator('[data-testid="preset"][data-term="status:failed"]').getAttribute('aria-pressed'), 'true');

  await page.getByTestId('search').fill('"OUT of stock"');
  await shown(page, 1);
  await page.getByTestId('search').fill('cold:yes');
  await shown(page, 2);
  await page.getByTestId('search').fill('fn:nothing-like-it');
  await says(page.getByTestId('invocations-empty'), 'No invocation is like that');
});

test('what is not understood is said beside the search, and mended in place', async (t) => {
  const { page, host } = await stage(t, browser, FILES, { complaints: [/status of 400/] });
  await host.invoke('orders', { item: 'lamp' });
  await page.getByTestId('nav-invocations').click();
  await shown(page, 1);
  await page.getByTestId('search').fill('durr:>5');
  await says(page.getByTestId('search-says'), 'did you mean dur?');
  assert.equal(await page.getByTestId('search').getAttribute('aria-invalid'), 'true');
  await page.getByTestId('search').fill('dur:>0ms');
  await shown(page, 1);
  assert.equal(await page.getByTestId('search').getAttribute('aria-invalid'), 'false');
});

test('fields, names and values are offered while typing, and stay out of the way of Enter and Escape', async (t) => {
  const { page, host } = await stage(t, browser, FILES, { complaints: [/status of 400/] });
  await host.invoke('orders', { item: 'lamp' });
  await host.invoke('fails', { item: 'desk' });
  await page.getByTestId('nav-invocations').click();
  await shown(page, 2);
  const search = page.getByTestId('search');
  const offers = page.getByTestId('search-offer');
  await search.focus();
  assert.equal(await search.getAttribute('aria-expanded'), 'false', 'nothing is offered that nobody asked for');
  await page.keyboard.type('f');
  await offers.first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await search.getAttribute('aria-activedescendant'), 'search-offer-0');
  await page.keyboard.press('Enter');
  assert.equal(await search.inputValue(), 'fn:');
  await page.locator('[data-testid="search-offer"][data-text="orders"]').click();
  assert.equal(await search.inputValue(), 'fn:orders ');
  await shown(page, 1);

  await page.keyboard.type('-status:e');
  await page.locator('[data-testid="search-offer"][data-text="error"]').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  assert.equal(await search.inputValue(), 'fn:orders -status:error ');
  await shown(page, 1);

  await search.fill('');
  await page.keyboard.type('s');
  await offers.first().waitFor();
  await page.keyboard.press('Escape');
  await offers.first().waitFor({ state: 'detached' });
  assert.equal(await search.inputValue(), 's', 'the first Escape closes the list alone');
  await page.keyboard.press('Escape');
  assert.equal(await search.inputValue(), '');
  await page.keyboard.type('fn:fail');
  await offers.first().waitFor();
  await page.keyboard.press('Enter');
  await shown(page, 1);
  await says(rows(page), 'fails');
  assert.equal(await search.inputValue(), 'fn:fail', 'Enter takes no offer that nobody went to');

  await page.getByTestId('nav-logs').click();
  await page.getByTestId('log-scroll').waitFor();
  await page.getByTestId('search').focus();
  await page.keyboard.type('level:>');
  await page.locator('[data-testid="search-offer"][data-text=">=warn"]').waitFor();
});

test('Escape closes what is open of the search, and leads back to its button', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await host.invoke('orders', { item: 'lamp' });
  const help = page.getByTestId('search-help');
  const told = page.getByTestId('search-fields');
  const filter = page.getByTestId('filter-add');
  const made = page.getByTestId('filter-field');
  const focused = (testid) => page.locator(`[data-testid="${testid}"]:focus`).waitFor();
  for (const where of ['invocations', 'logs']) {
    await page.getByTestId(`nav-${where}`).click();
    await page.getByTestId(`${where}-page`).waitFor();
    for (const leave of [() => undefined, () => page.keyboard.press('Shift+Tab'), () => told.click()]) {
      await help.click();
      await told.waitFor();
      await leave();
      await page.keyboard.press('Escape');
      await told.waitFor({ state: 'detached' });
      await focused('search-help');
    }
    await help.click();
    await page.getByTestId('search').fill('lamp');
    await page.keyboard.press('Escape');
    await told.waitFor({ state: 'detached' });
    await focused('search');
    assert.equal(await page.getByTestId('search').inputValue(), 'lamp', 'what was typed stays');
    await page.keyboard.press('Escape');

    for (const leave of [() => undefined, () => filter.focus(), () => page.mouse.click(720, 880)]) {
      await filter.click();
      await made.waitFor();
      await leave();
      await page.keyboard.press('Escape');
      await made.waitFor({ state: 'detached' });
      await focused('filter-add');
    }
  }
});

test('who leaves while a search is typed stays away', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await host.invoke('orders', { item: 'lamp' });
  await page.clock.install();
  await page.getByTestId('nav-invocations').click();
  await page.getByTestId('search').fill('lamp');
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('record-file').waitFor();
  await page.clock.runFor(1_000);
  assert.match(page.url(), /#\/settings$/, 'the search went on after its page was gone');
});

test('what a row at the foot of the table holds is brought into view when it is opened', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  for (let n = 0; n < 30; n += 1) await host.invoke('orders', { item: `lamp ${n}` });
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.getByTestId('nav-invocations').click();
  await page.locator('[role="table"][aria-rowcount="31"]').waitFor();
  const frame = page.getByTestId('invocations');
  assert.ok(await frame.evaluate((table) => table.scrollWidth <= table.clientWidth), 'no column is beyond the edge');
  const bottom = async () => { const box = await frame.boundingBox(); return box.y + box.height; };
  const last = async () => {
    const edge = await bottom();
    const ids = await rows(page).evaluateAll((all, edge) => all.filter((row) => row.getBoundingClientRect().bottom <= edge).map((row) => row.dataset.id), edge);
    return page.locator(`[data-testid="invocation-row"][data-id="${ids.at(-1)}"]`);
  };
  const held = page.getByTestId('invocation-detail').getByTestId('response-body');
  const within = async () => {
    await held.waitFor();
    await page.waitForFunction(
      () => document.querySelector('[data-testid="response-body"]').getBoundingClientRect().top < document.querySelector('[data-testid="invocations"]').getBoundingClientRect().bottom - 40,
    );
  };
  await (await last()).click();
  await within();
  await page.keyboard.press('Escape');
  await held.waitFor({ state: 'detached' });
  await (await last()).getByTestId('invocation-open').focus();
  await page.keyboard.press('Enter');
  await within();
});

test('of a long list only what is in view is drawn, and a link finds a call of any age', async (t) => {
  const { page, host } = await stage(t, browser, FILES, { complaints: [/status of 404/] });
  for (let n = 0; n < 5; n += 1) await Promise.all(Array.from({ length: 60 }, () => host.invoke('orders', { item: 'lamp' })));
  const oldest = (await host.rpc('invocations', { function: null, status: null, minutes: null, search: null, before: null, limit: 1000 })).at(-1).id;
  await page.getByTestId('nav-invocations').click();
  await rows(page).first().waitFor();
  assert.ok((await rows(page).count()) < 60, 'two hundred are held, few are drawn');

  await page.getByTestId('invocation-open').first().focus();
  await page.keyboard.press('End');
  await page.locator('[data-testid="invocation-row"][aria-rowindex="201"]').waitFor();
  await page.locator('[role="table"][aria-rowcount="301"]').waitFor();
  await page.keyboard.press('End');
  await page.locator(`[data-testid="invocation-row"][data-id="${oldest}"] :focus`).waitFor();
  await page.keyboard.press('Enter');
  await says(page.getByTestId('invocation-detail').getByTestId('request-body'), 'lamp');
  assert.match(page.url(), new RegExp(`#/invocations/${oldest}$`), 'the address is a link to it');

  const link = page.url();
  await page.getByTestId('nav-functions').click();
  await page.getByTestId('function-row').first().waitFor();
  await page.goto(link);
  await says(page.getByTestId('invocation-detail').getByTestId('request-body'), 'lamp');
  await page.getByTestId('invocations-newest').click();
  await page.locator('[data-testid="invocation-row"][aria-rowindex="2"]').waitFor();
  await host.invoke('fails', { item: 'desk' });
  await says(rows(page).first(), 'fails');

  await page.goto(link.replace(/\d+$/, '12345'));
  await says(page.getByTestId('invocation-missing'), 'Invocation 12345 is not in the record');
});

test('a term is put together without knowing the language, by keys alone', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await host.invoke('orders', { item: 'lamp' });
  await host.invoke('fails', { item: 'desk' });
  await page.getByTestId('nav-invocations').click();
  await shown(page, 2);
  await page.getByTestId('filter-add').press('Enter');
  await page.locator('[data-testid="filter-field"]:focus').waitFor();
  await page.getByTestId('filter-field').selectOption('status');
  await page.keyboard.press('Tab');
  await page.getByTestId('filter-operator').selectOption({ label: 'is not' });
  await page.keyboard.press('Tab');
  await page.keyboard.type('ok');
  await page.keyboard.press('Enter');
  assert.equal(await page.getByTestId('search').inputValue(), '-status:ok');
  await shown(page, 1);
  await says(rows(page), 'fails');
  await page.locator('[data-testid="filter-add"]:focus').waitFor();

  await page.getByTestId('search').fill('lamp OR desk');
  await says(page.getByTestId('search-foreign'), 'All terms are required');
  await page.getByTestId('search').fill('lamp');
  await page.getByTestId('search-foreign').waitFor({ state: 'detached' });
});

test('Escape closes the row that was clicked, and the keys go on from it', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  for (const item of ['lamp', 'chair']) await host.invoke('orders', { item });
  await page.getByTestId('nav-invocations').click();
  await shown(page, 2);
  const second = rows(page).nth(1);
  await second.getByTestId('status').click();
  await page.getByTestId('invocation-detail').getByTestId('facts').click();
  await page.keyboard.press('Escape');
  await page.getByTestId('invocation-detail').waitFor({ state: 'detached' });
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  assert.match(await focused(), /^orders, ok, (now|\d+ s ago)$/);
  assert.equal(await page.evaluate(() => document.activeElement?.closest('[data-id]')?.dataset.id), await second.getAttribute('data-id'));
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.evaluate(() => document.activeElement?.closest('[data-id]')?.dataset.id), await rows(page).nth(0).getAttribute('data-id'));
});

test('the way back closes the row that was opened, and stays', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  for (let n = 0; n < 40; n += 1) await host.invoke('orders', { item: `lamp ${n}` });
  await page.getByTestId('nav-logs').click();
  await page.getByTestId('logs-page').waitFor();
  const detail = page.getByTestId('invocation-detail');
  const frame = page.getByTestId('invocations');
  const closed = () => detail.waitFor({ state: 'detached' });
  const place = () => frame.evaluate((at) => [at.scrollTop, document.querySelectorAll('[data-testid="invocation-row"]').length]);
  const opened = (row) => row.evaluate((at) => at.getAttribute('data-id'));
  for (const way of ['all', 'of the function']) {
    if (way === 'all') await page.getByTestId('nav-invocations').click();
    else await page.evaluate((id) => (location.hash = `#/function/${id}?tab=invocations`), (await host.function('orders')).id);
    await page.locator('[role="table"][aria-rowcount="41"]').waitFor();
    const list = page.url();
    await frame.evaluate((at) => (at.scrollTop = 96));
    await page.waitForFunction(() => document.querySelector('[data-testid="invocations"]').scrollTop === 96);
    const before = await place();
    for (const n of [5, 6, 7]) {
      const row = rows(page).nth(n);
      await row.getByTestId('invocation-open').click();
      await says(detail.getByTestId('request-body'), 'lamp');
      assert.ok(page.url().includes(await opened(row)), 'the address is a link to it');
    }
    await page.goBack();
    await closed();
    assert.equal(page.url(), list);
    assert.deepEqual(await place(), before, `${way}: the list is where it was`);

    const row = rows(page).nth(5);
    const id = await opened(row);
    await row.getByTestId('invocation-open').click();
    await says(detail.getByTestId('request-body'), 'lamp');
    await frame.hover();
    await page.mouse.wheel(0, 240);
    await page.waitForFunction((id) => document.querySelector('[data-testid="invocations"]').getBoundingClientRect().top > document.querySelector(`[data-testid="invocation-row"][data-id="${id}"]`).getBoundingClientRect().top, id);
    await page.goBack();
    await closed();
    const [head, top] = await page.evaluate((id) => ['[data-testid="invocations"] .head', `[data-testid="invocation-row"][data-id="${id}"]`].map((at) => document.querySelector(at).getBoundingClientRect()), id).then(([one, other]) => [one.bottom, other.top]);
    assert.ok(Math.abs(top - head) < 2, `${way}: who read on in a row is led back to it: ${top}, ${head}`);

    for (const close of [() => page.keyboard.press('Escape'), () => row.getByTestId('invocation-open').click()]) {
      await row.getByTestId('invocation-open').click();
      await detail.waitFor();
      await close();
      await page.waitForFunction((list) => location.href === list, list);
    }
    await closed();
    await page.goBack();
    await page.waitForFunction((list) => location.href !== list, list);
    if (way === 'all') await page.getByTestId('logs-page').waitFor();
  }

  await page.getByTestId('nav-functions').click();
  const id = (await host.rpc('invocations', { function: null, status: null, minutes: null, search: null, before: null, limit: 1 }))[0].id;
  await page.evaluate((id) => (location.hash = `#/invocations/${id}`), id);
  await detail.waitFor();
  await page.locator(`[data-testid="invocation-row"][data-id="${id}"]`).getByTestId('invocation-open').click();
  await closed();
  assert.match(page.url(), /#\/invocations$/);
  await page.goBack();
  await page.getByTestId('functions-page').waitFor();
});

test('a link to a call that is not there says so, and leads to the others', async (t) => {
  const { page, host } = await stage(t, browser, FILES, { complaints: [/status of 404/] });
  await host.invoke('orders', { item: 'lamp' });
  await page.getByTestId('nav-invocations').click();
  await shown(page, 1);
  for (const id of ['99999999', 'abc', '%E0%A4%A']) {
    await page.evaluate((id) => (location.hash = `#/invocations/${id}`), id);
    const said = page.getByTestId('invocation-missing').filter({ hasText: id });
    await says(said, 'is not in the record');
    await said.getByRole('button').click();
    await said.waitFor({ state: 'detached' });
    await shown(page, 1);
  }
  await page.evaluate(() => (location.hash = '#/nonsense/x'));
  await says(page.getByTestId('no-page'), 'nonsense/x');
  await page.getByTestId('no-page-functions').click();
  await page.getByTestId('functions').waitFor();
});
