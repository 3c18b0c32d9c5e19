// The way in: the link with its token, what is listed, and what is said when there is no host.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { Host } from '../../stage/host.mjs';
import { GREETER, greeter } from '../../stage/project.mjs';
import { launch, open, says, serve, stage, type, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('the link opens the project and hides its token', async (t) => {
  const { page, host, project } = await stage(t, browser, {
    [GREETER]: greeter('Hello'),
    'echo/index.mjs': 'export const handler = async (event) => event;\n',
  });
  await page.getByTestId('functions').waitFor();
  const names = await page.getByTestId('function-row').evaluateAll((rows) => rows.map((row) => row.dataset.name));
  assert.deepEqual(names.sort(), ['echo', 'greeter'], 'every function of the project is listed');
  assert.ok(!page.url().includes(host.token), 'the token is not left in the address bar');
  await says(page.getByTestId('sidebar-project'), project.name);
  await page.locator('[data-testid="app"][data-link="live"]').waitFor();

  await page.reload();
  await page.getByTestId('functions').waitFor();
});

test('the policy forbids foreign code, and nothing on any page needs it', async (t) => {
  const { page, host } = await stage(t, browser);
  const answer = await fetch(new URL(host.link).origin);
  const policy = answer.headers.get('content-security-policy');
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline/, 'no code but the program\'s own');
  // Violations are complaints of the page, which fail the test when it ends.
  await visit(page, 'greeter');
  for (const tab of ['invocations', 'logs', 'cold', 'reloads', 'settings', 'invoke']) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.locator(`[data-testid="tab-panel"][data-tab="${tab}"]`).waitFor();
  }
  await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  for (const nav of ['costs', 'logs', 'functions']) {
    await page.getByTestId(`nav-${nav}`).click();
    await page.locator(`[data-testid="app"][data-page="${nav}"]`).waitFor();
  }
});

test('before there is any script the frame is painted, in the theme that was kept', async (t) => {
  const { host } = await serve(t);
  const page = await open(t, browser, host.link);
  await page.getByTestId('theme').getByRole('radio', { name: 'Light' }).click();
  const place = await page.getByTestId('sidebar').locator('b').first().boundingBox();
  assert.equal(await page.locator('#first').count(), 0, 'the frame gives way to the app');

  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/assets/index-*.js', (route) => held.then(() => route.continue()));
  await page.reload({ waitUntil: 'commit' });
  const first = page.locator('#first b');
  await first.waitFor();
  const { x, y } = await first.boundingBox();
  assert.deepEqual([x, y], [place.x, place.y], 'the name stands where it will stand');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  release();
  await page.getByTestId('functions').waitFor();
  assert.equal(await page.locator('#first').count(), 0);
});

test('without the token the page says where to find the link', async (t) => {
  const { host } = await serve(t);
  const complaints = [/401 \(Unauthorized\)/];
  for (const address of [new URL(host.link).origin, `${new URL(host.link).origin}/#token=of-another-host`]) {
    const page = await open(t, browser, address, { complaints });
    await page.locator('[data-testid="unreachable"][data-code="unauthorised"]').waitFor();
    await says(page.getByTestId('unreachable'), 'coldframe serve --ui');
    assert.equal(await page.getByTestId('function-row').count(), 0, 'nothing of the project is shown');
  }
});

test('a host that is gone is noticed, and what was on screen stays', async (t) => {
  const { host, project } = await serve(t);
  const complaints = [/Failed to load resource: net::ERR_/, /401 \(Unauthorized\)/];
  const page = await open(t, browser, host.link, { complaints });
  await page.locator('[data-testid="app"][data-link="live"]').waitFor();
  await page.getByTestId('function-row').waitFor();
  await host.kill();
  await page.getByTestId('disconnected').waitFor();
  assert.equal(await page.getByTestId('function-row').count(), 1, 'the list is still there to be read');
  await page.getByTestId('reconnect').click();
  await page.locator('[data-testid="app"][data-link="lost"]').waitFor();

  const again = await Host.start(project.folder, { arguments: ['--ui-port', new URL(host.link).port] });
  defer(t, () => again.end());
  await page.locator('[data-testid="app"][data-link="refused"]').waitFor();
  await says(page.getByTestId('disconnected'), 'started anew');
});

test('the palette finds a function by a part of its name', async (t) => {
  const { page } = await stage(t, browser);
  await page.getByTestId('functions').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('greet');
  await page.keyboard.press('Enter');
  await says(page.getByTestId('function-name'), 'greeter');
});

test('the palette does what the buttons do, and remembers it; a question mark lists the shortcuts', async (t) => {
  const { page, host } = await stage(t, browser);
  await visit(page, 'greeter');
  const type = async (text) => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill(text);
  };
  await type('keep warm');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="toast"]').filter({ hasText: 'kept warm' }).waitFor();
  assert.equal((await host.function('greeter')).pool.kept_warm, 1);

  await page.keyboard.press('Control+k');
  const first = page.getByTestId('palette-item').first();
  assert.equal(await first.getAttribute('data-value'), 'keep-warm', 'what was done last comes first');
  await page.keyboard.press('Escape');
  await page.getByTestId('palette').waitFor({ state: 'detached' });

  await type('privacy');
  await page.keyboard.press('Enter');
  await page.locator('#settings-privacy:focus').waitFor();
  await page.keyboard.press('?');
  await says(page.getByTestId('shortcuts'), 'Timeline');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+2');
  await page.locator('[data-testid="app"][data-page="timeline"]').waitFor();
});

test('the link of an invocation is copied, and leads back to it', async (t) => {
  const { page, host } = await stage(t, browser);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await host.invoke('greeter', { name: 'Ada' });
  await visit(page, 'greeter');
  await page.getByTestId('tab-invocations').click();
  await page.getByTestId('invocation-open').first().click();
  await page.getByTestId('copy-link').click();
  await says(page.getByTestId('toast'), 'Copied: Link to this invocation');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/#\/function\/\d+\?tab=invocations&id=\d+$/);
  await page.getByTestId('nav-costs').click();
  await page.locator('[data-testid="app"][data-page="costs"]').waitFor();
  await page.goto(link);
  await says(page.getByTestId('invocation-detail'), 'copy link');
  const other = await page.context().newPage();
  await other.goto(link);
  await says(other.getByTestId('invocation-detail'), 'copy link');
});

test('nothing on any page moves when its figures arrive', async (t) => {
  const { page, host } = await stage(t, browser);
  for (let n = 0; n < 20; n += 1) await host.invoke('greeter', { name: 'Ada' });
  await page.addInitScript(() => {
    window.moved = [];
    new PerformanceObserver((list) => {
      for (const { value, sources, hadRecentInput } of list.getEntries()) {
        if (!hadRecentInput) window.moved.push([value, ...sources.map(({ node }) => (node?.parentElement ?? node)?.outerHTML?.slice(0, 120) ?? 'gone')]);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.reload();
  const there = {
    functions: page.getByTestId('cell-calls').first(),
    timeline: page.getByTestId('lane').first(),
    load: page.getByTestId('load-start'),
    invocations: page.getByTestId('invocation-row').first(),
    costs: page.locator('[data-testid="costs-page"][data-asking="false"]'),
    logs: page.getByTestId('log-line').first(),
    starts: page.getByTestId('start-group').first(),
    settings: page.getByTestId('recorded-project').first(),
  };
  // By address: what moves within half a second of a click is not counted.
  for (const [name, shown] of Object.entries(there)) {
    await page.evaluate((name) => (location.hash = `#/${name}`), name);
    await shown.waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const moved = await page.evaluate(() => window.moved.splice(0));
    const shift = moved.reduce((sum, [value]) => sum + value, 0);
    assert.ok(shift < 0.1, `${name} moves by ${shift.toFixed(3)}: ${JSON.stringify(moved, null, 1)}`);
  }
});

test('in a small window everything is still in reach', async (t) => {
  const { page } = await stage(t, browser);
  await page.setViewportSize({ width: 1024, height: 700 });
  await says(page.getByTestId('status-engine'), '% CPU');
  const bar = await page.getByTestId('status-bar').evaluate((at) => at.scrollWidth - at.clientWidth);
  assert.equal(bar, 0, 'nothing of the status bar is cut off');
  for (const part of ['status-engine', 'status-reloads', 'status-record']) assert.ok(await page.getByTestId(part).isVisible(), part);

  // What a window of 1440 × 900 has at 200 %.
  await page.setViewportSize({ width: 720, height: 450 });
  const inView = async (id) => {
    const { y, height } = await page.getByTestId(id).boundingBox();
    return y >= 0 && y + height <= 450;
  };
  assert.ok(await inView('nav-settings'));
  await page.getByTestId('nav-settings').click();
  await page.locator('[data-testid="app"][data-page="settings"]').waitFor();
  await page.getByTestId('nav-functions').click();
  await visit(page, 'greeter');
  await type(page, 'event-editor', '{"name": ');
  await page.getByTestId('event-invalid').waitFor();
  const { height } = await page.getByTestId('event-editor').boundingBox();
  assert.ok(height >= 40, `there is room to mend it: ${height} px`);
});
