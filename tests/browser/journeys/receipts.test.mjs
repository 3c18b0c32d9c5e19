// The receipt of a save: what it did to starts, beside the code before it and the last commit; and a comparison that is
// asked for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GREETER, greeter } from '../../stage/project.mjs';
import { invoke, launch, says, stage, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Computes, as a large library does while it is imported: CPU time tells it whatever else the machine does. */
const SLOW = 'import time\nend = time.process_time() + 0.04\nwhile time.process_time() < end: pass\n';

test('a save that makes starts slower says so in its row, and what an import costs stands beside it', async (t) => {
  const { page, project } = await stage(t, browser);
  project.commit();
  await visit(page, 'greeter');
  assert.match(await invoke(page), /Hello/);
  project.write('greeter/heavy.py', SLOW);
  project.write(GREETER, `import heavy\n${greeter('Hello')}`);
  await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();

  await page.getByTestId('tab-reloads').click();
  const receipt = page.getByTestId('receipt').first();
  await receipt.locator('[data-tone="worse"]').first().waitFor({ timeout: 60_000 });
  await says(receipt, /beside revision \w+.*CPU \+[\d.]+ ms/s);
  await says(receipt, /beside commit \w+.*CPU \+[\d.]+ ms/s);
  await says(receipt, /import heavy adds [\d.]+ ms/);
  await receipt.getByTestId('receipt-open').click();
  await receipt.locator('[data-testid="metric"][data-metric="start_cpu"][data-verdict="worse"]').first().waitFor();
  await says(receipt, /No warm call of it is recorded yet/);

  await page.getByTestId('tab-invoke').click();
  await says(page.getByTestId('code-beside').first(), /^[\d.]+ ms$/);
  assert.match(await page.getByTestId('code-beside').first().getAttribute('title'), /importing heavy takes/);
  await says(page.getByTestId('saved-line'), /this save.*(start|CPU) \+[\d.]+ ms/s);
  const beside = await page.getByTestId('code-beside').first().textContent();
  await page.getByTestId('saved-line').click();
  await says(receipt, new RegExp(`import heavy adds ${beside.replaceAll('.', '\\.')}`));
});

test('a save that makes starts cost far more than may be taken at once is told all the same, above the code', async (t) => {
  const { page, project } = await stage(t, browser);
  project.commit();
  await visit(page, 'greeter');
  await invoke(page);
  project.write('greeter/heavy.py', SLOW.replace('0.04', '0.5'));
  project.write(GREETER, `import heavy\n${greeter('Hello')}`);
  await page.getByTestId('saved-line').locator('[data-tone="worse"]').first().waitFor({ timeout: 120_000 });
  await page.getByTestId('saved-line').click();
  const receipt = page.getByTestId('receipt').first();
  await says(receipt, /beside revision \w+.*CPU \+[45]\d\d ms.*beside commit \w+.*CPU \+[45]\d\d ms/s);
  await receipt.filter({ hasText: /import heavy adds ([4-9]\d\d ms|[1-9]\.\d+ s)/ }).waitFor({ timeout: 90_000 });
});

test('calls that grew slower say so in the row of the save and above the code, unasked', async (t) => {
  const { page, project } = await stage(t, browser);
  await visit(page, 'greeter');
  for (let call = 0; call < 14; call += 1) await invoke(page);
  project.write(GREETER, `import time\n${greeter('Hello').replace('return', 'time.sleep(0.2); return')}`);
  await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();
  // While starts are measured: they go on when it is quiet.
  for (let call = 0; call < 14; call += 1) await invoke(page);
  await page.getByTestId('saved-line').locator('[data-tone="worse"]', { hasText: 'warm' }).waitFor({ timeout: 60_000 });
  await page.getByTestId('saved-line').click();
  await says(page.getByTestId('receipt-recorded').first(), /recorded calls beside revision \w+.*warm [\d.]+ .?s → 2\d\d ms/s);
});

test('a comparison is made when it is asked for, and says why there is none', async (t) => {
  const { page } = await stage(t, browser, undefined, { complaints: [/status of 400/] });
  await visit(page, 'greeter');
  await page.getByTestId('tab-reloads').click();
  await page.getByTestId('compare').click();
  await says(page.getByTestId('compare-failure'), /is in no git repository/);
  const told = await page.getByTestId('compare-failure').boundingBox();
  assert.ok(told.height < 160, `it takes ${told.height} px, and leaves the reloads their place`);
});
