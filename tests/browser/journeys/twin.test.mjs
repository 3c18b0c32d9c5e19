// The resident twin: the same traffic to both sides from the Load page, its lanes below the pool's, and the way to stop it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = { 'quick/lambda_function.py': 'def lambda_handler(event, context):\n    return event\n' };

const WRITES = `import urllib.request


def lambda_handler(event, context):
    if event.get("to"):
        urllib.request.urlopen(event["to"], data=b"x").read()
    return {"ok": True}
`;

test('what would be written twice is asked for before a run goes to both sides', async (t) => {
  const { page, host } = await stage(t, browser, { 'writes/lambda_function.py': WRITES });
  await page.getByTestId('nav-load').click();
  await page.getByTestId('load-twin').click();
  await page.getByTestId('load-rate').fill('10');
  await page.getByTestId('load-seconds').fill('1');
  await page.getByTestId('load-start').click();
  await says(page.getByTestId('twice-dialog'), 'urllib.request in writes/lambda_function.py:1');
  await page.keyboard.press('Escape');
  await page.getByTestId('twice-dialog').waitFor({ state: 'detached' });
  assert.equal((await host.rpc('loads', {})).length, 0, 'nothing was sent');
  await page.getByTestId('load-start').click();
  await page.getByTestId('twice-sure').click();
  await page.locator('[data-testid="load-detail"][data-state="done"]').waitFor();
  for (const side of ['pool', 'twin']) await page.locator(`[data-testid="load-side-${side}"][data-ok="10"]`).waitFor();
});

test('a run is sent to both sides, which are laid beside each other; then the twin is stopped', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await page.getByTestId('nav-load').click();
  await page.getByTestId('load-twin').click();
  await page.getByTestId('load-rate').fill('20');
  await page.getByTestId('load-seconds').fill('1');
  await page.getByTestId('load-start').click();
  await page.locator('[data-testid="load-detail"][data-state="done"]').waitFor();
  for (const side of ['pool', 'twin']) await page.locator(`[data-testid="load-side-${side}"][data-ok="20"]`).waitFor();
  await says(page.getByTestId('load-side-twin'), '$');
  await says(page.getByTestId('load-chart-latency'), 'twin p99');
  await says(page.getByTestId('load-rests'), 'as a copy');

  await page.getByTestId('nav-timeline').click();
  const lanes = (resident) => page.locator(`[data-testid="lane"][data-resident="${resident}"]`);
  await lanes(true).first().waitFor();
  const order = await page.getByTestId('lane').evaluateAll((all) => all.map((lane) => lane.dataset.resident));
  assert.deepEqual(order, [...order].sort(), `the twin's come last: ${order}`);
  await says(lanes(true).first(), 'twin');
  assert.equal((await host.rpc('invocations', { function: null, minutes: null, status: null, before: null, limit: 100 })).length, 20);

  const { id } = await host.function('quick');
  await page.goto(`${new URL(page.url()).origin}/#/function/${id}`);
  await page.getByTestId('twin-stop').click();
  await page.getByTestId('twin-stop').waitFor({ state: 'detached' });
  assert.equal((await host.rpc('twin', { function: id })).state, 'off');
});
