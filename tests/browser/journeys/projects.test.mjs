// One project after the other, and what the traffic of one would cost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { Project } from '../../stage/project.mjs';
import { launch, says, stage, type, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('another folder is opened by its path, and the first is a click away', async (t) => {
  const { page, host, project } = await stage(t, browser);
  const other = new Project({ 'second/index.mjs': 'export const handler = async () => "second";\n' });
  defer(t, () => other.remove());
  await visit(page, 'greeter');
  await type(page, 'code-editor', '# written and not saved\n');
  await page.getByTestId('nav-functions').click();
  await page.getByTestId('open-folder').click();
  await page.getByTestId('open-path').fill(other.folder);
  await page.getByTestId('open-submit').click();
  await page.locator('[data-testid="function-row"][data-name="second"]').waitFor();
  assert.equal(await page.getByTestId('function-row').count(), 1, 'the first project\'s functions are gone');
  assert.equal((await host.invoke('second', {})).body, '"second"', 'and callers reach the new project\'s');

  await page.getByTestId('open-folder').click();
  await page.getByTestId('open-dialog').getByTestId('recent-project').filter({ hasText: project.name }).click();
  await page.locator('[data-testid="function-row"][data-name="greeter"]').waitFor();
  await visit(page, 'greeter');
  await says(page.getByTestId('code-editor'), 'written and not saved');
});

test('a folder that does not exist is refused where it was asked for', async (t) => {
  const { page } = await stage(t, browser, undefined, { complaints: [/status of 4\d\d/] });
  await page.getByTestId('open-folder').click();
  await page.getByTestId('open-path').fill('/nowhere/at/all');
  await page.getByTestId('open-submit').click();
  await says(page.getByTestId('open-problem'), '/nowhere/at/all');
  for (const next of ['/nowhere', '']) {
    await page.getByTestId('open-path').fill('/nowhere/at/all');
    await page.getByTestId('open-submit').click();
    await page.getByTestId('open-problem').waitFor();
    assert.equal(await page.getByTestId('open-path').getAttribute('aria-invalid'), 'true');
    await page.getByTestId('open-path').fill(next);
    await page.getByTestId('open-problem').waitFor({ state: 'detached' });
  }
  await page.keyboard.press('Escape');
  assert.equal(await page.getByTestId('function-row').count(), 1, 'the open project stays open');
});

test('a few calls are no month: the costs page asks how busy it will be', async (t) => {
  const { page, host } = await stage(t, browser);
  for (let i = 0; i < 5; i += 1) assert.equal((await host.invoke('greeter', {})).status, 200);
  await page.getByTestId('nav-costs').click();
  await page.locator('[data-testid="basis"][data-enough="false"]').waitFor();
  await page.getByTestId('calls-per-month').fill('2000000');
  await page.getByTestId('calls-submit').click();
  await says(page.getByTestId('basis'), '2,000,000 calls a month, as you said');
  await says(page.getByTestId('verdict'), '$');
  await page.getByTestId('plans-shown-all').click();
  await page.getByTestId('machines-more').click();
  const shown = (card) => page.getByTestId(card).getByTestId('option').evaluateAll((all) => all.map((one) => one.dataset.option));
  const [plans, machines] = [await shown('options'), await shown('machines')];
  assert.ok(plans.length >= 19 && plans.includes('aws-lambda-arm64'), `every plan: ${plans}`);
  assert.ok(machines.length >= 40, `every machine: ${machines}`);
  await page.getByTestId('break-even').waitFor();
});

test('what the costs page was asked stands in its address, and the way back leads through it', async (t) => {
  const { page, host } = await stage(t, browser);
  for (let i = 0; i < 5; i += 1) assert.equal((await host.invoke('greeter', {})).status, 200);
  await page.getByTestId('nav-costs').click();
  await page.getByTestId('calls-guess').nth(2).click();
  await page.getByTestId('curve').first().waitFor();
  await page.getByTestId('architecture-arm64').click();
  assert.match(page.url(), /calls=1000000&arch=arm64/);
  await page.getByTestId('option-open').first().click();
  await page.getByTestId('bill-line').first().waitFor();
  await page.getByTestId('option-simulate').click();
  await page.getByTestId('simulation').waitFor();
  assert.match(page.url(), /sim=/);
  await page.goBack();
  await page.getByTestId('options').waitFor();
  await page.goBack();
  await page.locator('[data-testid="architecture-both"][aria-checked="true"]').waitFor();
});
