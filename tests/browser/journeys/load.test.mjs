// Traffic sent on purpose: begun, watched and stopped on the page, kept, and laid beside another run.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = {
  'quick/lambda_function.py': 'import time\n\ndef lambda_handler(event, context):\n    time.sleep(0.01)\n    return event\n',
  'torn/lambda_function.py': 'def lambda_handler(event, context):\n    raise KeyError("colour")\n',
};

const value = async (page, name) => Number(await page.getByTestId(`load-${name}`).getAttribute('data-value'));
async function choose(page, name) {
  await page.getByTestId('load-function').click();
  await page.getByTestId('load-function-item').filter({ hasText: name }).click();
}
/** Sends for a second, and waits until it is over. */
async function send(page, rate) {
  await page.getByTestId('load-rate').fill(String(rate));
  await page.getByTestId('load-seconds').fill('1');
  const before = await page.getByTestId('load-run').count();
  await page.getByTestId('load-start').click();
  await page.locator('[data-testid="load-run"][data-state="done"]').nth(before).waitFor();
  await page.locator('[data-testid="load-detail"][data-state="done"]').waitFor();
}

test('a fraction of a call under way is refused beside its field', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await page.getByTestId('nav-load').click();
  const field = page.getByTestId('load-in-flight');
  await field.fill('2.5');
  await says(page.getByTestId('load-wrong'), 'Calls under way go from 1 to 10000, without a fraction');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.ok(await page.getByTestId('load-start').isDisabled());
  await field.fill('2');
  await page.getByTestId('load-wrong').waitFor({ state: 'detached' });
  assert.ok(await page.getByTestId('load-start').isEnabled());
});

test('traffic is sent, seen while it is, and stopped; its calls are found', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await page.getByTestId('nav-load').click();
  await says(page.getByTestId('load-empty'), 'latency counts from that moment');
  await choose(page, 'quick');
  await page.getByTestId('load-rate').fill('6000');
  await says(page.getByTestId('load-wrong'), 'from 0 to 5000');
  await page.getByTestId('load-rate').fill('30');
  await page.getByTestId('load-seconds').fill('600');
  await says(page.getByTestId('load-total'), '18,000 calls');
  await page.getByTestId('load-start').click();
  await page.locator('[data-testid="load-detail"][data-state="running"]').waitFor();
  await says(page.getByTestId('nav-load'), 'running');
  await page.waitForFunction(() => {
    const at = (id, name) => Number(document.querySelector(`[data-testid="${id}"]`)?.dataset[name] ?? 0);
    return at('load-sent', 'value') > 40 && at('load-charts', 'steps') >= 3 && at('load-instances', 'value') > 0;
  });

  // It goes on while one looks elsewhere.
  await page.getByTestId('nav-functions').click();
  await page.getByTestId('nav-load').click();
  await page.locator('[data-testid="load-detail"][data-state="running"]').waitFor();
  await page.getByTestId('load-stop').click();
  await page.locator('[data-testid="load-detail"][data-state="stopped"]').waitFor();
  const [sent, ok] = [await value(page, 'sent'), await value(page, 'ok')];
  assert.ok(sent > 40 && sent < 18_000 && ok === sent, `${ok} of ${sent}`);
  await says(page.getByTestId('load-rests'), 'its latency counts from that moment');
  await page.getByTestId('load-start').waitFor();

  await page.getByTestId('load-event-edit').click();
  await says(page.getByTestId('function-name'), 'quick');
  await page.getByTestId('event-editor').locator('.cm-content').waitFor();
  await page.getByTestId('nav-load').click();
  await page.getByTestId('load-ok').getByRole('link').click();
  await page.locator('[data-testid="app"][data-page="invocations"]').waitFor();
  await page.getByTestId('invocation-row').first().waitFor();
});

test('two runs are kept and laid beside each other, and one is sent again', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await host.invoke('quick', { seeds: 'peas' });
  await page.getByTestId('nav-load').click();
  await choose(page, 'torn');
  await send(page, 10);
  assert.equal(await value(page, 'errors'), 10, 'every call failed');
  await says(page.getByTestId('load-failures'), 'KeyError');
  await choose(page, 'quick');
  await page.getByTestId('load-event').click();
  await page.getByTestId('load-event-item').filter({ hasText: 'Call of' }).click();
  await says(page.getByTestId('load-event-text'), '"seeds":"peas"');
  await page.getByTestId('load-shape-ramp').click();
  await send(page, 40);
  assert.equal(await value(page, 'sent'), 20);

  await page.reload();
  for (const run of [0, 1]) await page.getByTestId('load-compare').nth(run).check();
  await page.locator('[data-testid="load-comparison"][data-runs="2"]').waitFor();
  const table = page.getByTestId('load-compare-table');
  await says(table, 'ramp 0 → 40/s, 1 s');
  await says(table, '10 (100 %)');
  assert.ok(Number(await page.getByTestId('load-chart-percentiles').getAttribute('data-points')) > 10);
  await page.getByTestId('load-compare-clear').click();

  await page.getByTestId('load-show').nth(1).click();
  await page.locator('[data-testid="load-detail"]').filter({ hasText: 'torn' }).waitFor();
  await page.getByTestId('load-again').click();
  assert.equal(await page.getByTestId('load-rate').inputValue(), '10');
  await page.getByTestId('load-remove').click();
  await page.getByTestId('load-run').nth(1).waitFor({ state: 'detached' });
});

test('traffic comes as it came before, in a spike, and at random', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  for (let n = 0; n < 3; n += 1) await host.invoke('quick', {});
  await page.getByTestId('nav-load').click();
  await choose(page, 'quick');
  const sent = async (says) => {
    await page.locator('[data-testid="load-detail"][data-state="done"]').filter({ hasText: says }).waitFor();
    return value(page, 'sent');
  };

  await page.getByTestId('load-shape-replay').click();
  await page.getByTestId('load-minutes').fill('5');
  await page.getByTestId('load-speed').fill('50');
  await page.getByTestId('load-start').click();
  assert.equal(await sent('replay of 5 min, 50 × as fast'), 3);

  await page.getByTestId('load-shape-spike').click();
  await page.getByTestId('load-peak').fill('30');
  await page.getByTestId('load-peak-s').fill('2');
  await page.getByTestId('load-seconds').fill('1');
  await says(page.getByTestId('load-wrong'), 'Seconds of the peak go from 0.1 to 1');
  await page.getByTestId('load-peak-s').fill('0.4');
  await send(page, 5);
  assert.equal(await sent('spike 5 → 30/s'), 15, 'three beside the peak, twelve in it');

  await page.getByTestId('load-shape-poisson').click();
  await page.getByTestId('load-seed').fill('7');
  await send(page, 20);
  const first = await sent('poisson 20/s');
  assert.ok(first > 5 && first < 40, `about twenty come at random, not ${first}`);
  const runs = await page.getByTestId('load-run').count();
  await send(page, 20);
  assert.equal(await page.getByTestId('load-run').count(), runs + 1);
  assert.equal(await sent('poisson 20/s'), first, 'of the same seed, the same calls');
});
