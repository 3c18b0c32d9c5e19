// A function run once for every item: from pasted lines and a folder, watched, its answers read, saved and found again.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = {
  'half/lambda_function.py': 'def lambda_handler(event, context):\n    return {"half": event["n"] / 2}\n',
  'size/lambda_function.py': 'def lambda_handler(event, context):\n    return len(open(event["path"]).read())\n',
  'texts/one.txt': 'a',
  'texts/three.txt': 'abc',
};

async function choose(page, name) {
  await page.getByTestId('map-function').click();
  await page.getByTestId('map-function-item').filter({ hasText: name }).click();
}
/** Chromium says so of an input with a mistake. */
const REFUSED = [/status of 400/];
const done = (page) => page.locator('[data-testid="map-detail"][data-state="done"]').waitFor();

test('pasted items are run, and what failed is read by itself', async (t) => {
  const { page } = await stage(t, browser, FILES, { complaints: REFUSED });
  await page.getByTestId('nav-load').click();
  await page.getByTestId('load-kind-map').click();
  await says(page.getByTestId('map-empty'), 'once for every item');
  await choose(page, 'half');
  await page.getByTestId('map-text').fill('{"n": 1}\n{"n": }');
  await says(page.getByTestId('map-note'), 'the text:2:7');
  assert.ok(await page.getByTestId('map-start').isDisabled(), 'a mistake is not run');

  const lines = Array.from({ length: 120 }, (_, n) => (n === 60 ? '{"m": 1}' : `{"n": ${n}}`)).join('\n');
  await page.getByTestId('map-text').fill(lines);
  await says(page.getByTestId('map-preview'), '120 items, JSON Lines');
  await page.getByTestId('map-parallel').fill('4');
  await page.getByTestId('map-start').click();
  await done(page);
  await says(page.getByTestId('map-ok'), '119');
  await says(page.getByTestId('map-failed'), '1');
  await says(page.locator('[data-testid="map-answer"][data-index="9"]'), '{"half": 4.5}');
  assert.equal(await page.getByTestId('map-answer').count(), 100);
  await page.getByTestId('map-more').click();
  await page.locator('[data-testid="map-answer"][data-index="119"]').waitFor();

  await page.getByTestId('map-failed-only').check();
  await page.locator('[data-testid="map-answer"][data-ok="true"]').first().waitFor({ state: 'detached' });
  assert.equal(await page.getByTestId('map-answer').count(), 1);
  await page.getByTestId('map-answer-open').click();
  await says(page.getByTestId('map-answer-whole'), 'KeyError');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('map-save').click()]);
  const text = await readFile(await saved.path(), 'utf8');
  assert.equal(text.trim().split('\n').length, 120);
  await page.getByTestId('map-answer-whole').getByRole('link').click();
  await page.getByTestId('invocation-detail').getByTestId('facts').waitFor();
});

test('the files of a folder are run, and maps are kept until they are removed', async (t) => {
  const { page } = await stage(t, browser, FILES, { complaints: REFUSED });
  await page.goto(`${page.url().split('#')[0]}#/load/map`);
  await choose(page, 'size');
  await page.getByTestId('map-from-path').click();
  await page.getByTestId('map-path').fill('nowhere');
  await says(page.getByTestId('map-note'), 'cannot be read');
  await page.getByTestId('map-path').fill('texts');
  await says(page.getByTestId('map-preview'), '2 items, files of a folder');
  await page.getByTestId('map-start').click();
  await done(page);
  await says(page.locator('[data-testid="map-answer"][data-index="1"]'), '3');
  await page.reload();
  await done(page);
  await page.getByTestId('map-remove').click();
  await page.getByTestId('map-empty').waitFor();
  await page.getByTestId('toast-action').click();
  await done(page);
  await says(page.locator('[data-testid="map-answer"][data-index="1"]'), '3');
});
