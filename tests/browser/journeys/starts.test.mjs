// Cold starts: what they took, what a saved change did to them, and what an import costs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GREETER } from '../../stage/project.mjs';
import { invoke, launch, says, stage, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Its init waits a tenth of a second, in a module of its own, as long as that is imported. */
const app = (line) => `import json\n${line}\n\ndef lambda_handler(event, context):\n    return {"said": "ok"}\n`;
const FILES = {
  [GREETER]: app('import heavy'),
  'greeter/heavy.py': 'import time\ntime.sleep(0.1)\n',
  'torn/lambda_function.py': app('import gone_for_good'),
  'shouter/bootstrap': '#!/bin/sh\nexit 1\n',
};

async function cold(page, times) {
  for (let i = 0; i < times; i++) {
    await page.getByTestId('next-cold').click();
    await page.locator('[data-testid="next-cold"][aria-pressed="true"]').waitFor();
    assert.match(await invoke(page), /ok/);
  }
}

async function go(page, name) {
  await page.getByTestId(`nav-${name}`).click();
  await page.locator(`[data-testid="app"][data-page="${name}"]`).waitFor();
}

test('a change that imports less is seen as faster, with its diff, on every page that tells of it', async (t) => {
  const { page, project } = await stage(t, browser, FILES);
  await page.getByTestId('nav-starts').waitFor();
  await page.keyboard.press('Control+7');
  await page.getByTestId('starts-empty').waitFor();
  await go(page, 'functions');
  await visit(page, 'greeter');
  await cold(page, 4);
  project.write(GREETER, app('QUICK = True'));
  await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();
  await cold(page, 4);

  await go(page, 'starts');
  await page.locator('[data-testid="starts-page"][data-starts="9"]').waitFor();
  await says(page.getByTestId('start-figures'), /Cold calls 8 of 8/);
  await page.locator('[data-testid="start-group"][data-name="greeter"]').waitFor();
  await page.getByTestId('starts-by-revision').click();
  await page.locator('[data-testid="start-groups"][data-by="revision"]').getByTestId('start-group').nth(1).waitFor();
  const shift = page.locator('[data-testid="shift"][data-verdict="faster"]');
  await says(shift, /4 before, 5 after/);
  await says(shift, /lambda_function\.py \+1 −1, no more imports heavy/);
  await shift.getByTestId('revision-open').focus();
  await page.keyboard.press('Enter');
  await says(shift.getByTestId('diff'), /removed: import heavy/);

  await page.getByTestId('slow-link').first().click();
  const detail = page.getByTestId('invocation-detail');
  await detail.getByTestId('facts').waitFor();
  assert.equal(await detail.getByTestId('revision-change').count(), 0, 'the first revision changed nothing');
  await page.getByTestId('invocation-open').first().click();
  await says(detail.getByTestId('revision-change'), /changed lambda_function\.py \+1 −1/);
  await detail.getByTestId('revision-open').click();
  await says(detail.getByTestId('diff'), /added: QUICK = True/);

  await page.getByTestId('tab-reloads').click();
  await page.getByTestId('reload-changes').first().click();
  await says(page.getByTestId('reloads').getByTestId('diff'), /removed: import heavy/);
});

test('imports are measured when asked for, shown as a tree, and still there after a look elsewhere', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await visit(page, 'greeter');
  await page.getByTestId('tab-cold').click();
  await page.getByTestId('imports-empty').waitFor();
  await page.getByTestId('imports-measure').click();
  const row = (name) => page.locator(`[data-testid="import-row"][data-name="${name}"]`);
  await row('heavy').waitFor();
  const told = Number.parseFloat((await row('heavy').locator('td').last().innerText()).replace(',', ''));
  assert.ok(told >= 100, `it waited a tenth of a second: ${told}`);
  await page.locator('[data-testid="flame-block"][data-name="heavy"]').click();
  await row('lambda_function').getByTestId('import-open').focus();
  await page.keyboard.press('Enter');
  await row('heavy').waitFor({ state: 'detached' });
  await page.getByTestId('tab-invoke').click();
  await page.getByTestId('tab-cold').click();
  await row('heavy').waitFor();

  await go(page, 'functions');
  await visit(page, 'torn');
  await page.getByTestId('tab-cold').click();
  await page.getByTestId('imports-measure').click();
  await says(page.getByTestId('imports-failure'), "No module named 'gone_for_good'");
  await row('gone_for_good').getByText('failed').waitFor();

  await go(page, 'functions');
  await visit(page, 'shouter');
  await page.getByTestId('tab-cold').click();
  await page.getByTestId('imports-not-here').waitFor();
  assert.equal(await page.getByTestId('imports-measure').count(), 0, 'nothing is offered that cannot be');
});
