// Calling a function and looking at what came of it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { invoke, launch, says, stage, type, visit } from '../page.mjs';

const run = promisify(execFile);

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('the first call is a cold start with its phases and its log, the second is warm', async (t) => {
  const { page } = await stage(t, browser);
  await visit(page, 'greeter');
  await type(page, 'event-editor', '{"name": "Ada"}');
  assert.match(await invoke(page), /Hello, Ada/);
  await page.getByTestId('result-cold').waitFor();
  const phases = await page.getByTestId('result').getByTestId('phase').evaluateAll((all) =>
    all.map(({ dataset }) => ({ phase: dataset.phase, ms: Number(dataset.ms) })),
  );
  const took = (phase) => phases.find((one) => one.phase === phase)?.ms ?? 0;
  for (const phase of ['spawn', 'boot', 'init', 'handler']) assert.ok(took(phase) > 0, `${phase} took time: ${JSON.stringify(phases)}`);
  const log = page.getByTestId('invocation-log');
  await says(log.getByTestId('log-line'), 'greeting Ada');
  await says(log.getByTestId('log-line'), 'REPORT RequestId');

  assert.match(await invoke(page), /Hello, Ada/);
  assert.equal(await page.getByTestId('result-cold').count(), 0, 'the instance was there already');
  await page.locator('[data-testid="recent-row"]').nth(1).waitFor();
});

test('an event that is not JSON is not sent', async (t) => {
  const { page } = await stage(t, browser);
  await visit(page, 'greeter');
  await type(page, 'event-editor', '{"name": ');
  await page.getByTestId('event-invalid').waitFor();
  assert.ok(await page.getByTestId('invoke').isDisabled());
});

test('an event is kept under the name that was written, or says why not', async (t) => {
  const { page, project } = await stage(t, browser, undefined, { complaints: [/status of 400/] });
  await visit(page, 'greeter');
  await type(page, 'event-editor', '{"name": "Ada"}');
  await page.getByTestId('event-menu').click();
  await page.getByTestId('event-menu-item').filter({ hasText: 'Save' }).click();
  const name = page.getByTestId('save-event-name');
  const problem = page.getByTestId('save-event-problem');
  await name.fill('../evil');
  await page.keyboard.press('Enter');
  await says(problem, 'an event cannot be called "../evil": use letters, digits, spaces, dots, - and _');
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  assert.equal(await name.getAttribute('aria-describedby'), await problem.getAttribute('id'));
  await name.fill('Ada once.json');
  assert.equal(await problem.innerText(), '');
  await page.keyboard.press('Enter');
  await says(page.getByTestId('event-menu'), 'Ada once.json');
  const kept = (await readdir(project.folder, { recursive: true })).filter((path) => path.endsWith('.json'));
  assert.deepEqual(kept, [join('.coldframe', 'events', 'greeter', 'Ada once.json')]);
});

test('an event is judged as it stands, wherever a person has been meanwhile', async (t) => {
  const { page } = await stage(t, browser);
  await visit(page, 'greeter');
  // To another page, which makes this one anew when it is come back to.
  const leave = async () => {
    await page.getByTestId('nav-logs').click();
    await page.locator('[data-testid="app"][data-page="logs"]').waitFor();
    await page.getByTestId('nav-functions').click();
    await visit(page, 'greeter');
  };
  const invalid = page.getByTestId('event-invalid');
  await type(page, 'event-editor', '{"name": "Ada",}');
  await invalid.waitFor();
  await leave();
  await invalid.waitFor();
  await type(page, 'event-editor', '{"name": "Bob"}');
  await invalid.waitFor({ state: 'detached' });
  assert.match(await invoke(page), /Hello, Bob/);

  await leave();
  await type(page, 'event-editor', '{"name":');
  await invalid.waitFor();
  assert.ok(await page.getByTestId('invoke').isDisabled());
  await page.getByTestId('nav-load').click();
  await says(page.getByTestId('load-wrong'), 'mend the event');
});

test('an example is sent, and copied as a command that makes the same call', async (t) => {
  const { page } = await stage(t, browser);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit(page, 'greeter');
  await page.getByTestId('event-menu').click();
  await page.locator('[data-testid="event-menu-item"][data-value="template-sqs"]').click();
  await says(page.getByTestId('event-editor'), 'aws:sqs');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('recent-row').first().waitFor();
  assert.equal(await page.getByTestId('event-menu-menu').count(), 0, 'the menu has the focus, and stays closed');
  await invoke(page);
  await type(page, 'event-editor', '{"name": "Mary O\'Hara"}');
  for (const kind of ['curl', 'boto3']) {
    await page.getByTestId('event-copy').click();
    await page.locator(`[data-testid="event-copy-item"][data-value="${kind}"]`).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    if (kind === 'curl') {
      const { stdout } = await run('sh', ['-c', copied]);
      assert.match(stdout, /Hello, Mary O'Hara/);
    } else assert.match(copied, /boto3\.client/);
  }
  await says(page.getByTestId('recent-row').first(), '200');
});

test('of a long answer the beginning is shown, and the rest when it is asked for', async (t) => {
  const { page } = await stage(t, browser, { 'long/index.mjs': "export const handler = async () => 'x'.repeat(300_000);\n" });
  await visit(page, 'long');
  await invoke(page);
  const body = page.getByTestId('result-body');
  const length = async () => (await body.locator('pre').textContent()).length;
  assert.equal(await length(), 100_000);
  await says(page.getByTestId('payload-whole'), 'show the other 200 KB');
  await page.getByTestId('payload-whole').click();
  await page.getByTestId('payload-whole').waitFor({ state: 'detached' });
  assert.equal(await length(), 300_002, 'with its quotation marks');
});

test('a call made by a program appears by itself, with its detail', async (t) => {
  const { page, host } = await stage(t, browser, {
    'fails/lambda_function.py': 'def lambda_handler(event, context):\n    raise ValueError("no such order")\n',
  });
  await page.getByTestId('range-live').click();
  const course = page.getByTestId('cell-spark').locator('.line').first();
  await page.getByTestId('function-row').waitFor();
  assert.equal(await course.count(), 0, 'nothing was called, nothing is drawn');
  const answer = await host.invoke('fails', { order: 7 });
  assert.match(answer.body, /no such order/);
  await course.waitFor();
  await says(page.getByTestId('cell-calls'), '1');
  await visit(page, 'fails');
  await page.getByTestId('tab-invocations').click();
  await page.getByTestId('invocation-open').first().click();
  const detail = page.getByTestId('invocation-detail');
  await says(detail.getByTestId('request-body'), '"order"');
  await says(detail.getByTestId('response-body'), 'ValueError');
  await detail.getByTestId('facts').waitFor();
  await says(detail.getByTestId('log-line'), 'no such order');
  await page.locator('[data-testid="status"][data-status="error"]').first().waitFor();
});

test('a sleeping function has no process, and the next call is cold again', async (t) => {
  const { page, host } = await stage(t, browser);
  await visit(page, 'greeter');
  await invoke(page);
  await page.getByTestId('sleep-now').click();
  await page.locator('[data-testid="function-header"] [data-testid="state"][data-state="at_zero"]').waitFor();
  assert.deepEqual((await host.function('greeter')).pool.instances, []);
  await invoke(page);
  await page.getByTestId('result-cold').waitFor();
});
