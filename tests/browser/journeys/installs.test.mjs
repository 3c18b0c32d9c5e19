// What a function lacks, installed with one click: from a package of ours beside it, so that nobody else is asked.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { wheel } from '../../stage/wheel.mjs';
import { invoke, launch, says, stage, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const SHOP = 'import seeds\n\n\ndef lambda_handler(event, context):\n    return {"kind": seeds.KIND}\n';
const files = (list) => ({ 'shop/lambda_function.py': SHOP, 'shop/requirements.txt': list });

const job = (page, state) => page.locator(`[data-testid="job"][data-state="${state}"]`).waitFor();

test('a missing package is installed with one click, heard while it goes on, and then imported', async (t) => {
  const { page, project } = await stage(t, browser, files('--no-index\n--find-links ../wheels\nseeds==1.0\n'));
  wheel(project.folder);
  await visit(page, 'shop');
  await says(page.getByTestId('problem'), 'seeds is not installed where it runs');
  assert.match(await invoke(page), /No module named 'seeds'/);
  await says(page.getByTestId('problem'), 'It cannot run.');
  assert.equal(await page.getByTestId('install').count(), 1, 'what is offered is offered once');
  await says(page.getByTestId('install'), 'Create virtual environment and install');
  await page.getByTestId('install').click();
  await says(page.getByTestId('job'), 'Installing');
  await says(page.getByTestId('job-lines'), '-m venv .venv');
  await job(page, 'done');
  await page.getByTestId('problem').waitFor({ state: 'detached' });
  assert.match(await invoke(page), /"kind": ?"pea"/);
  await page.getByTestId('job-close').click();
  await page.getByTestId('job').waitFor({ state: 'detached' });
});

test('an installation is cancelled, and another that fails says why', async (t) => {
  // A package index that listens and says nothing.
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  defer(t, () => silent.close());
  const { port } = silent.address();
  const { page, project } = await stage(t, browser, files(`--index-url http://127.0.0.1:${port}/\nseeds==1.0\n`));
  await visit(page, 'shop');
  const asked = once(silent, 'connection');
  await page.getByTestId('install').click();
  const [socket] = await asked;
  defer(t, () => socket.destroy());
  await page.getByTestId('job-time').waitFor();
  assert.equal(await page.getByTestId('install').isDisabled(), true, 'one at a time');
  await page.getByTestId('job-cancel').click();
  await job(page, 'cancelled');
  assert.equal(existsSync(join(project.folder, 'shop/.venv')), false, 'nothing half made is left');

  project.write('shop/requirements.txt', '--no-index\nseeds==2.0\n');
  await page.getByTestId('job-again').click();
  await job(page, 'failed');
  await says(page.getByTestId('job-problem'), 'seeds==2.0');
  await says(page.getByTestId('job-lines'), 'seeds==2.0');
});

test('every problem of a function is shown, the worst first', async (t) => {
  const template = `Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: shop
      Runtime: python3.12
      Handler: app.main
      Description: !ImportValue x
      Timeout: 0
`;
  const { page } = await stage(t, browser, { 'template.yaml': template, 'other.py': '' });
  await visit(page, 'shop');
  await page.locator('[data-testid="problems"][data-count="3"]').waitFor();
  await says(page.getByTestId('problem').first(), 'app.py does not exist');
  assert.equal(await page.getByTestId('problem').count(), 2);
  await page.getByTestId('problems-more').click();
  await says(page.getByTestId('problem').nth(2), 'Timeout is `0`');
});
