// Instances as lanes: what each did, how long it stays, and the way to one of its calls.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = {
  'slow/lambda_function.py': 'import time\n\ndef lambda_handler(event, context):\n    time.sleep(0.4)\n    return "done"\n',
  'quick/lambda_function.py': 'def lambda_handler(event, context):\n    return 1\n',
};
const lanes = (page) => page.getByTestId('lane');

test('instances get lanes as they start, and sleep ends the idle ones', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await page.getByTestId('nav-timeline').click();
  await says(page.getByTestId('timeline-empty'), 'No instance was alive');
  await Promise.all([host.invoke('slow', {}), host.invoke('slow', {}), host.invoke('quick', {})]);
  await lanes(page).nth(2).waitFor();
  await page.locator('[data-testid="timeline-canvas"][data-spans="3"]').waitFor();
  await page.locator('[data-testid="timeline-strip"][data-peak="3"]').waitFor();
  await page.getByTestId('lane-countdown').nth(2).waitFor();

  await page.getByRole('button', { name: 'sleep now: slow' }).first().click();
  await page.locator('[data-testid="lane"][data-ended="asked"]').nth(1).waitFor();
  assert.equal(await page.locator('[data-testid="lane"][data-ended=""]').count(), 1, 'the other function stays');
});

test('a call is reached without the mouse, and the view goes down to milliseconds and back', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await host.invoke('slow', {});
  await host.invoke('slow', {});
  await page.getByTestId('nav-timeline').click();
  await page.locator('[data-testid="timeline-canvas"][data-spans="2"]').waitFor();
  await page.getByTestId('timeline-lanes').focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('[data-testid="timeline-page"][data-live="false"]').waitFor();
  const length = async () => Number(await page.getByTestId('timeline-page').getAttribute('data-length'));
  for (let n = 0; n < 12; n++) await page.keyboard.press('+');
  assert.ok((await length()) < 100, `${await length()} ms are shown`);
  await page.keyboard.press('l');
  await page.getByTestId('timeline-length-300000').click();
  await page.locator('[data-testid="timeline-page"][data-live="true"][data-length="300000"]').waitFor();
  await page.locator('[data-testid="timeline-canvas"][data-spans="2"]').waitFor();
  await page.getByTestId('timeline-lanes').focus();
  await page.keyboard.press(',');
  await says(page.getByTestId('timeline-says'), 'slow · ok');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="app"][data-page="function"]').waitFor();
  await says(page.getByTestId('invocation-detail').getByTestId('response-body'), 'done');
});
