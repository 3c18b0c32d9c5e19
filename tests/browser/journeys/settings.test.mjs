// What holds for everything: seen, changed, and the record cleared with its consequences said before.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { eventually } from '../../stage/processes.mjs';
import { launch, says, stage, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = { 'wordy/lambda_function.py': 'def lambda_handler(event, context):\n    print("hello")\n    return {"token": "s3cret"}\n' };

async function settings(t) {
  const staged = await stage(t, browser, FILES);
  await staged.page.locator('[data-testid="function-row"]').waitFor();
  await staged.page.keyboard.press('Control+,');
  await staged.page.getByTestId('record-file').waitFor();
  return staged;
}

test('a link to a part brings it into view, and the frame stays where it is', async (t) => {
  const { page } = await settings(t);
  await page.evaluate(() => (location.hash = '#/settings?part=ports'));
  await page.locator('#settings-ports:focus').waitFor();
  const heading = await page.locator('#settings-ports').boundingBox();
  assert.ok(heading.y >= 50 && heading.y < 120, `it is at the top of the page: ${heading.y}`);
  assert.equal((await page.getByTestId('app').boundingBox()).y, 0);
});

test('a theme is chosen, and what holds is shown with where it is set', async (t) => {
  const { page, host } = await settings(t);
  assert.match(page.url(), /#\/settings$/);
  await page.getByTestId('settings-theme-dark').click();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  await page.getByTestId('settings-theme-light').click();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
  await says(page.getByTestId('port-ui'), new URL(host.link).origin);
  await says(page.getByTestId('record-file'), 'record.sqlite');
  await says(page.getByTestId('settings-limits'), '--max-instances');
  const port = page.getByTestId('start-port');
  assert.equal(await port.inputValue(), '', 'as usual');
  await port.fill('9100');
  await port.press('Enter');
  await eventually('the port to be set', async () => (await host.rpc('settings', {})).start.port === 9100);
  await page.reload();
  await page.getByTestId('record-file').waitFor();
  assert.equal(await port.inputValue(), '9100');
  await port.fill('');
  await port.press('Enter');
  await eventually('the port to be as usual', async () => (await host.rpc('settings', {})).start.port === null);
  await says(page.getByTestId('prices-state'), 'there is none');
  await says(page.getByTestId('redacted'), 'authorization');
  await says(page.getByTestId('redacted-own'), 'none');
  await says(page.getByTestId('payload-cap'), '65.5 KB');

  await page.getByTestId('licences').click();
  await page.getByTestId('licence-filter').fill('svelte');
  await says(page.getByTestId('component').filter({ hasText: 'interface' }), 'MIT');
  await page.getByTestId('licence-filter').fill('rusqlite');
  await says(page.getByTestId('component'), 'program');
});

test('the record is cleared by age and whole, and says before what goes', async (t) => {
  const { page, host } = await settings(t);
  await host.invoke('wordy', {});
  await host.invoke('wordy', {});
  await page.reload();
  const row = page.getByTestId('recorded-project');
  await says(row, 'open');
  await page.getByTestId('clear-project').click();
  const goes = page.getByTestId('would-go');
  await says(goes, 'Nothing is there to take');
  assert.ok(await page.getByTestId('clear-confirm').isDisabled(), 'nothing is older than 30 days');
  await page.getByTestId('clear-which-all').click();
  await says(goes, '2 invocations, 2 recorded requests with their responses');
  await says(page.getByTestId('clear-dialog'), 'It cannot be undone.');
  await page.getByTestId('clear-confirm').click();
  await says(page.getByTestId('toast'), '2 invocations');
  await says(row.locator('td').nth(1), '0');
  await page.getByTestId('nav-invocations').click();
  await says(page.getByTestId('invocations-empty'), 'Nothing was called yet');
  await host.invoke('wordy', {});
  await page.getByTestId('invocation-row').waitFor();
});

test('how long the record is kept is changed after it was said what that takes', async (t) => {
  const { page } = await settings(t);
  const days = page.getByTestId('keep-days');
  assert.equal(await days.inputValue(), '90');
  await days.fill('30');
  await days.press('Enter');
  await says(page.getByTestId('keep-dialog'), 'Keep the record for 30 days');
  await page.keyboard.press('Escape');
  await page.getByTestId('keep-dialog').waitFor({ state: 'detached' });
  assert.equal(await page.getByTestId('keep-days').inputValue(), '90', 'it was not changed');
  await days.fill('30');
  await days.press('Enter');
  await page.getByTestId('keep-confirm').click();
  await says(page.getByTestId('toast'), 'kept for 30 days');
  await page.reload();
  await page.getByTestId('keep-days').waitFor();
  assert.equal(await page.getByTestId('keep-days').inputValue(), '30');
});

test('how large the record may become is changed after it was said what that takes', async (t) => {
  const { page, host } = await settings(t);
  const limit = page.getByTestId('keep-gib');
  assert.equal(await limit.inputValue(), '2');
  await limit.fill('20');
  await limit.press('Enter');
  await says(page.getByTestId('limit-goes'), 'nothing goes now');
  await says(page.getByTestId('limit-dialog'), 'requests and responses, then log lines');
  await page.keyboard.press('Escape');
  await page.getByTestId('limit-dialog').waitFor({ state: 'detached' });
  assert.equal(await limit.inputValue(), '2', 'it was not changed');
  await limit.fill('20');
  await limit.press('Enter');
  await page.getByTestId('limit-confirm').click();
  await says(page.getByTestId('toast'), 'The record has 20 GiB at most');
  const { record } = await host.rpc('settings', {});
  assert.deepEqual([record.keep_gib, record.keep_days], [20, 90], 'the other one stays');
});

test('a pool\'s setting and a deleted event are taken back, by button and by Ctrl+Z, but not while writing', async (t) => {
  const { page, host, project } = await stage(t, browser);
  const pool = async () => (await host.function('greeter')).pool;
  await visit(page, 'greeter');
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('idle-time-10000').click();
  await page.getByTestId('toast').filter({ hasText: 'Changed the idle time of greeter' }).getByTestId('toast-action').click();
  await says(page.getByTestId('toast'), 'Taken back');
  assert.equal((await pool()).idle_ms, 300_000);

  await page.getByTestId('concurrency').fill('3');
  await page.getByTestId('concurrency').press('Enter');
  await says(page.getByTestId('toast'), 'Changed the concurrency of greeter');
  await page.getByTestId('tab-invoke').click();
  await page.getByTestId('code-editor').locator('.cm-content').click();
  await page.keyboard.press('Control+z');
  assert.equal((await pool()).concurrency, 3, 'where somebody writes, what was written is undone');
  await page.getByTestId('tab-settings').click();
  await page.keyboard.press('Control+z');
  await says(page.getByTestId('toast'), 'Taken back: Changed the concurrency');
  assert.equal((await pool()).concurrency, null);

  project.write('.coldframe/events/greeter/ada.json', '{"name": "Ada"}');
  await page.reload();
  await page.getByTestId('tab-invoke').click();
  await says(page.getByTestId('event-menu'), 'ada.json');
  await page.getByTestId('event-menu').click();
  await page.locator('[data-testid="event-menu-item"][data-value="delete"]').click();
  await says(page.getByTestId('event-menu'), 'Unsaved');
  await page.getByTestId('toast').filter({ hasText: 'Deleted ada.json' }).getByTestId('toast-action').click();
  await says(page.getByTestId('event-menu'), 'ada.json');
  assert.equal(project.read('.coldframe/events/greeter/ada.json'), '{"name": "Ada"}');
});
