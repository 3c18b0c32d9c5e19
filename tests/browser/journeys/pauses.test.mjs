// Pausing from wherever it can be done, and going on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { invoke, launch, says, stage, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('paused from the status bar and resumed from the palette: callers are throttled meanwhile', async (t) => {
  const { page, host } = await stage(t, browser);
  await visit(page, 'greeter');
  assert.match(await invoke(page), /Hello, world/);
  await page.getByTestId('status-pause').click();
  await says(page.getByTestId('paused'), 'take no call and no save');
  assert.equal((await host.invoke('greeter', {})).status, 429);
  await page.getByTestId('invoke').click();
  await says(page.getByTestId('result'), 'paused: no call is taken');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('resume');
  await page.keyboard.press('Enter');
  await page.getByTestId('paused').waitFor({ state: 'detached' });
  assert.match(await invoke(page), /Hello, world/);
});
