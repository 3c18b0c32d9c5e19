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

  await page.getByRole('button', { name: 'sleep all 2 idle instances of slow now' }).first().click();
  await page.locator('[data-testid="lane"][data-ended="asked"]').nth(1).waitFor();
  assert.equal(await page.locator('[data-testid="lane"][data-ended=""]').count(), 1, 'the other function stays');
});

test('a lane says whose it is where there is little room, too', async (t) => {
  const { page, host } = await stage(t, browser, { ...FILES, 'thumbnail/lambda_function.py': FILES['slow/lambda_function.py'] });
  await page.setViewportSize({ width: 1024, height: 700 });
  await Promise.all([host.invoke('thumbnail', {}), host.invoke('thumbnail', {})]);
  await page.getByTestId('nav-timeline').click();
  await lanes(page).nth(1).waitFor();
  const first = lanes(page).first().locator('.app');
  assert.ok(await first.evaluate((name) => name.scrollWidth <= name.clientWidth), 'the name is whole');
  for (const lane of await lanes(page).all()) {
    assert.match(await lane.innerText(), /thumbnail/, 'who hears it hears whose it is, also below the first');
    assert.equal(await lane.locator('.app').getAttribute('title'), `thumbnail, instance ${await lane.getAttribute('data-name')}`);
  }
});

test('calls that are turned away are counted above the lanes, and the strip is dragged and zoomed', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  const { id } = await host.function('slow');
  await host.rpc('set_pool', { function: id, idle_ms: null, kept_warm: null, always_cold: null, next_cold: null, emulate_cpu_share: null, concurrency: 1 });
  await host.invoke('slow', {});
  await Promise.all([host.invoke('slow', {}), host.invoke('slow', {}), host.invoke('slow', {})]);
  await page.getByTestId('nav-timeline').click();
  await page.locator('[data-testid="timeline-canvas"][data-spans="2"]').waitFor();
  const strip = page.locator('[data-testid="timeline-strip"][data-throttled="2"][data-peak="1"][data-calls="1"]');
  await strip.hover();
  await says(page.getByTestId('strip-tip'), 'under way');

  await page.mouse.wheel(0, -300);
  await page.locator('[data-testid="timeline-page"][data-live="false"]').waitFor();
  const length = Number(await page.getByTestId('timeline-page').getAttribute('data-length'));
  assert.ok(length < 300_000, `the wheel comes closer: ${length} ms`);
  const from = async () => Number(await page.getByTestId('timeline-page').getAttribute('data-from'));
  const [before, box] = [await from(), await strip.boundingBox()];
  await page.mouse.move(box.x + 300, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 400, box.y + 20, { steps: 4 });
  await page.mouse.up();
  const moved = before - (await from());
  assert.ok(Math.abs(moved - (length * 100) / box.width) < length * 0.01, `a hundred pixels of ${box.width} are ${moved} of ${length} ms`);

  const looked = await from();
  await page.getByTestId('nav-functions').click();
  await page.getByTestId('functions-page').waitFor();
  await page.getByTestId('nav-timeline').click();
  await page.getByTestId('timeline-strip').waitFor();
  assert.equal(await from(), looked, 'who comes back finds what they looked at');
});

test('lanes are gone through and put to sleep with the keyboard alone', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await host.invoke('quick', {});
  await host.invoke('slow', {});
  await page.getByTestId('nav-timeline').click();
  await page.locator('[data-testid="timeline-canvas"][data-spans="2"]').waitFor();
  await page.getByTestId('timeline-lanes').focus();
  await page.keyboard.press('.');
  await says(page.getByTestId('timeline-says'), 'slow · ok · cold');
  await page.keyboard.press('ArrowUp');
  await says(page.getByTestId('timeline-says'), 'quick · ok · cold');
  await page.keyboard.press('ArrowDown');
  await says(page.getByTestId('timeline-says'), 'slow · ok · cold');
  await page.getByTestId('lane-countdown').nth(1).waitFor();
  await page.keyboard.press('s');
  await page.locator('[data-testid="lane"][data-ended="asked"]').waitFor();
  assert.equal(await page.locator('[data-testid="lane"][data-ended=""]').count(), 1, 'the other one stays');
  assert.match(await page.getByTestId('lane-sleep').getAttribute('aria-label'), /^sleep now: i-\d+, the idle instance of quick$/);
  await page.getByTestId('lane-sleep').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="lane"][data-ended="asked"]').nth(1).waitFor();
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
