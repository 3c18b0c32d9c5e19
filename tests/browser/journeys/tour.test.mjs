// The guided start: from the first page through its five steps, each noticed by itself; left and taken up again.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { Host } from '../../stage/host.mjs';
import { Project } from '../../stage/project.mjs';
import { launch, open, says, stage, type } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const at = (page, step, done = false) => page.locator(`[data-testid="tour"][data-step="${step}"][data-done="${done}"]`).waitFor();
/** A click in its middle would be its own. */
async function reachable(page, id) {
  const hit = await page.getByTestId(id).evaluate((button) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  });
  assert.ok(hit, `${id} is covered, or out of view`);
}
/** It is pointed at, in view, and so are both meters. */
async function pointed(page, selector) {
  await page.locator(`${selector}.tour-target`).waitFor();
  await inView(page, [`${selector}.tour-target`, '[data-testid="meter-serverless"]', '[data-testid="meter-always-on"]']);
}
const inView = (page, selectors) => page.waitForFunction((selectors) => selectors.every((each) => {
  const element = document.querySelector(each);
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}), selectors);
/** No row goes on. */
const calm = (page) => page.locator('[data-testid="sidebyside-page"][data-running=""]').waitFor({ timeout: 240_000 });
/** What this machine was too busy for. */
async function again(page) {
  const failed = page.locator('[data-testid="side-row"][data-state="failed"]');
  for (let times = 0; times < 3 && (await failed.count()) > 0; times++) {
    await failed.first().getByTestId('side-run').click();
    await page.locator('[data-testid="sidebyside-page"]:not([data-running=""])').waitFor();
    await calm(page);
  }
}
const row = (page, kind) => page.locator(`[data-testid="side-row"][data-row="${kind}"]`);

test('five steps on a sample end with the table filled, and each can be left', async (t) => {
  const own = new Project({});
  defer(t, () => own.remove());
  // Where the samples are copied to.
  const host = await Host.start(own.folder, { env: { HOME: own.folder, XDG_DOCUMENTS_DIR: own.folder } });
  defer(t, () => host.end());
  const page = await open(t, browser, host.link);
  await page.getByTestId('tour-begin').click();
  await at(page, 'call');
  await says(page.getByTestId('function-name'), 'visits');

  await page.locator('[data-testid="invoke"].tour-target').waitFor();
  const editor = () => page.getByTestId('code-editor').boundingBox();
  const before = await editor();
  await type(page, 'event-editor', '{ "work_ms": 1 }');
  own.write('coldframe-samples/.coldframe/events/visits/a-visit.json', '{ "work_ms": 1 }');
  await page.getByTestId('invoke').click();
  await page.getByTestId('result-cold').waitFor();
  await page.getByTestId('invoke').click();
  await at(page, 'call', true);
  await says(page.getByTestId('tour-text'), /Cold it took .* warm/);
  assert.deepEqual(await editor(), before, 'the page keeps its place when the words below it change');
  await page.getByTestId('tour-next').click();

  await at(page, 'edit');
  await page.getByTestId('code-editor').locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# mine: ');
  await page.keyboard.press('Control+s');
  await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();
  assert.deepEqual(await editor(), before, 'and when news come');
  for (const button of ['tour-back', 'tour-next', 'tour-leave']) await reachable(page, button);
  await at(page, 'edit', true);
  await page.getByTestId('tour-next').click();

  await at(page, 'traffic');
  await pointed(page, '[data-row="latency"] [data-testid="side-run"]');
  await page.getByTestId('tour-leave').click();
  await page.getByTestId('tour').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.tour-target').count(), 0, 'nothing is pointed at any more');
  await page.reload();
  await page.getByTestId('palette-open').click();
  await page.getByTestId('palette-input').fill('guided start');
  await page.keyboard.press('Enter');
  await at(page, 'traffic');
  await row(page, 'latency').getByTestId('side-run').click();
  await page.locator('[data-testid="sidebyside-page"]:not([data-running=""])').waitFor();
  await calm(page);
  await again(page);
  await at(page, 'traffic', true);
  await page.getByTestId('tour-next').click();

  await at(page, 'predict');
  await pointed(page, '[data-testid="side-ask"]');
  assert.equal(await row(page, 'steady_spiky').getByText(/spikes: |another winner|busiest/).count(), 0, 'nothing gives the answer away');
  await page.getByTestId('side-guess-0-always_on').check();
  await page.getByTestId('side-guess-1-serverless').check();
  await row(page, 'steady_spiky').getByTestId('side-run').click();
  await at(page, 'predict', true);
  await says(page.getByTestId('tour-text'), /\d of 2 right\. .*(is cheaper when calls come evenly|is cheaper either way)/);
  assert.ok(await page.getByTestId('side-guess-0-serverless').isDisabled(), 'what was right stays right');
  await page.getByTestId('tour-back').click();
  await at(page, 'traffic', true);
  assert.equal(await page.locator('.tour-target').count(), 0, 'nothing is to be pressed there');
  await inView(page, ['[data-row="latency"] [data-testid="side-run"]']);
  await page.getByTestId('tour-next').click();
  await page.getByTestId('tour-next').click();

  await at(page, 'table');
  await pointed(page, '[data-testid="sides-all"]');
  await page.getByTestId('sides-all').click();
  await page.locator('[data-testid="sidebyside-page"]:not([data-running=""])').waitFor();
  await says(page.getByTestId('tour-text'), 'happens now');
  assert.equal(await page.locator('.tour-target').count(), 0, 'nothing is to be pressed while rows go on');
  await calm(page);
  await again(page);
  await page.locator('[data-testid="side-hours"].tour-target').waitFor();
  await says(page.getByTestId('tour-text'), '12 of 13 rows of the table have happened to a function of yours. Administration waits for you');
  const save = async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('sides-export').click()]);
    await download.delete();
  };
  await save();
  await at(page, 'table', true);
  await says(page.getByTestId('tour-text'), '12 of 13 rows of the table have happened to a function of yours.');
  await page.getByTestId('side-hours-rate').fill('50');
  await page.getByTestId('side-hours-set').click();
  await page.locator('[data-testid="sidebyside-page"][data-done="13"]').waitFor();
  await save();
  await says(page.getByTestId('tour-text'), 'All 13 rows of the table have happened');
  await page.getByTestId('tour-next').click();
  await page.getByTestId('tour').waitFor({ state: 'detached' });
});

test('it is found on the first page, copes with a function that runs already, and says what a step waits for', async (t) => {
  const visits = readFileSync(new URL('../../../sample-functions/visits/lambda_function.py', import.meta.url), 'utf8');
  const { page, host } = await stage(t, browser, { 'visits/lambda_function.py': visits, '.coldframe/events/visits/a-visit.json': '{ "work_ms": 1 }' });
  await host.invoke('visits', { work_ms: 1 });
  await page.getByTestId('tour-offer').waitFor();
  await inView(page, ['[data-testid="tour-offer"]']);
  await page.getByTestId('tour-begin').click();
  await at(page, 'call');
  await says(page.getByTestId('tour-text'), 'runs already');
  await page.getByTestId('tour-sleep').click();
  await page.getByTestId('tour-sleep').waitFor({ state: 'detached' });
  await page.getByTestId('invoke').click();
  await page.getByTestId('result-cold').waitFor();
  await page.getByTestId('invoke').click();
  await at(page, 'call', true);

  for (const step of ['edit', 'traffic', 'predict']) {
    await page.getByTestId('tour-next').click();
    await at(page, step);
  }
  await row(page, 'steady_spiky').getByTestId('side-run').click();
  await says(page.getByTestId('tour-text'), 'not shown yet: say first');
  assert.equal(await row(page, 'steady_spiky').getByTestId('side-sentence').count(), 0, 'what came of it waits for an answer');
  await says(page.locator('[data-testid="summary-row"][data-row="steady_spiky"]'), 'say first which it is');
  await row(page, 'steady_spiky').getByTestId('side-show').click();
  await row(page, 'steady_spiky').getByTestId('side-sentence').waitFor();
  await at(page, 'predict', true);
  await says(page.getByTestId('tour-text'), 'Shown without your answer');

  await page.getByTestId('tour-leave').click();
  await page.getByTestId('nav-functions').click();
  await page.getByTestId('tour-dismiss').click();
  await page.reload();
  await page.getByTestId('functions-page').waitFor();
  assert.equal(await page.getByTestId('tour-offer').count(), 0, 'it is offered no more');
});
