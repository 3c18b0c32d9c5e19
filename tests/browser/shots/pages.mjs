// Every page and state worth looking at, in the order in which a real host comes to show it.

import { says, type } from '../page.mjs';

const HELLO = 'hello/lambda_function.py';
/** Of hello, for pictures of what a save did. */
let saves = 0;

const code = (page) => page.getByTestId('code-editor').locator('.cm-content').waitFor();
const answered = (page) => page.locator('[data-testid="result"][data-sending="false"][data-request]').waitFor();

async function costs(page) {
  await page.locator('[data-testid="costs-page"][data-asking="false"]').waitFor();
}

/** With a volume, where the record is too thin for one. */
async function priced(page) {
  await costs(page);
  if (await page.getByTestId('how-busy').isVisible()) await page.getByTestId('calls-guess').nth(2).click();
  await page.getByTestId('curve').first().waitFor();
}

/** Of the row that asks before it tells: each page is somebody who has not been asked. */
async function guess(page) {
  await page.getByTestId('side-guess-0-always_on').check();
  await page.getByTestId('side-guess-1-serverless').check();
}

async function invokeCold(page) {
  await code(page);
  await page.getByTestId('next-cold').click();
  await page.locator('[data-testid="next-cold"][aria-pressed="true"]').waitFor();
  await page.getByTestId('invoke').click();
  await page.getByTestId('result-cold').waitFor();
  await page.getByTestId('recent-row').first().waitFor();
}

/** Before the first call. */
export const FRESH = [
  { name: 'functions-fresh', act: (page) => page.getByTestId('first-call').waitFor() },
  { name: 'function-fresh', of: 'hello', act: code },
  { name: 'costs-fresh', route: '/costs', act: (page) => page.getByTestId('no-calls').waitFor() },
  { name: 'open', act: (page) => page.getByTestId('open-folder').click() },
];

/** After a handful of calls. */
export const FEW = [{ name: 'costs-ask', route: '/costs', act: (page) => page.getByTestId('how-busy').waitFor() }];

/** With traffic behind it. Pages that change nothing come first. */
export const BUSY = [
  { name: 'functions', act: async (page) => {
    await page.getByTestId('cell-calls').nth(5).waitFor();
    await page.getByTestId('cell-spark').locator('.line:not(.dots)').nth(5).waitFor();
  } },
  { name: 'invocations', of: 'hello', query: '?tab=invocations', act: async (page) => {
    await page.getByTestId('invocation-open').nth(2).click();
    await page.getByTestId('invocation-detail').getByTestId('facts').waitFor();
  } },
  { name: 'reloads', of: 'hello', query: '?tab=reloads', act: async (page, { project }) => {
    await page.getByTestId('reloads').waitFor();
    // Every picture has a save of its own, whose import takes longer than that before.
    saves += 1;
    project.write('hello/heavy.py', `import time\nend = time.process_time() + ${0.04 * saves}\nwhile time.process_time() < end: pass\n`);
    if (saves === 1) project.write(HELLO, `import heavy\n${project.read(HELLO)}`);
    await page.getByTestId('reload-row').nth(saves - 1).waitFor();
    const receipt = page.getByTestId('reload-row').first().getByTestId('receipt');
    await receipt.getByTestId('receipt-open').click();
    await receipt.getByTestId('metric').first().waitFor();
  } },
  { name: 'reloads-compared', of: 'hello', query: '?tab=reloads', act: async (page) => {
    await page.getByTestId('compare').click();
    await page.getByTestId('compared').waitFor({ timeout: 120_000 });
  } },
  { name: 'timeline', route: '/timeline', act: (page) => page.getByTestId('lane').first().waitFor() },
  { name: 'load', route: '/load', act: async (page) => {
    await page.getByTestId('load-seconds').fill('5');
    await page.getByTestId('load-start').click();
    await page.locator('[data-testid="load-detail"][data-state="done"]').waitFor();
  } },
  { name: 'load-twin', route: '/load', act: async (page) => {
    await page.locator('[data-testid="load-twin"]').click();
    await page.getByTestId('load-rate').fill('40');
    await page.getByTestId('load-seconds').fill('5');
    await page.getByTestId('load-start').click();
    await page.getByTestId('load-side-twin').waitFor();
    await page.locator('[data-testid="load-detail"][data-state="done"]').waitFor();
  } },
  { name: 'timeline-twin', route: '/timeline', act: (page) => page.locator('[data-testid="lane"][data-resident="true"]').first().waitFor() },
  // The first function, which the run before was sent to.
  { name: 'function-twin', of: 'markdown', act: async (page) => {
    await code(page);
    await page.getByTestId('twin-stop').waitFor();
  } },
  { name: 'map', route: '/load/map', act: async (page) => {
    await page.getByTestId('map-text').fill(Array.from({ length: 40 }, (_, n) => `{"name": "seed ${n}"}`).join('\n'));
    await page.locator('[data-testid="map-preview"][data-items="40"]').waitFor();
    await page.getByTestId('map-start').click();
    await page.locator('[data-testid="map-detail"][data-state="done"]').waitFor();
    await page.getByTestId('map-answer').nth(39).waitFor();
  } },
  { name: 'sidebyside', route: '/sidebyside', act: async (page) => {
    await page.getByTestId('side-row').first().waitFor();
    await guess(page);
    if ((await page.getByTestId('sidebyside-page').getAttribute('data-done')) !== '12') {
      await page.getByTestId('sides-all').click();
      await page.locator('[data-testid="sidebyside-page"][data-running=""][data-done="12"]').waitFor({ timeout: 120_000 });
    }
  } },
  { name: 'sidebyside-row', route: '/sidebyside', act: async (page) => {
    const row = page.locator('[data-testid="side-row"][data-row="steady_spiky"]');
    await guess(page);
    await row.getByTestId('side-sentence').waitFor();
    await row.getByTestId('side-details').locator('summary').click();
    await row.evaluate((element) => element.scrollIntoView());
  } },
  { name: 'tour', of: 'visits', act: async (page) => {
    await code(page);
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('guided start');
    await page.keyboard.press('Enter');
    await page.getByTestId('tour').waitFor();
  } },
  { name: 'all-invocations', route: '/invocations?q=status%3Afailed', act: async (page) => {
    await page.getByTestId('invocation-row').first().waitFor();
    await page.getByTestId('search-help').click();
  } },
  { name: 'invocations-failed', of: 'crash', query: '?tab=invocations', act: async (page) => {
    await page.getByTestId('invocation-open').first().click();
    await page.getByTestId('invocation-detail').getByTestId('facts').waitFor();
  } },
  { name: 'function-logs', of: 'chatty', query: '?tab=logs', act: (page) => page.getByTestId('log-line').nth(8).waitFor() },
  { name: 'starts', route: '/starts', act: (page) => page.getByTestId('start-group').first().waitFor() },
  { name: 'imports', of: 'thumbnail', query: '?tab=cold', act: async (page) => {
    await page.locator('[data-testid="imports"][data-measuring="false"]').waitFor();
    await page.getByTestId('imports-measure').click();
    await page.getByTestId('import-row').nth(2).waitFor();
    await page.getByTestId('imports-tree').scrollIntoViewIfNeeded();
  } },
  { name: 'elsewhere', of: 'hello', query: '?tab=elsewhere', act: async (page) => {
    await page.getByTestId('portability-run').click();
    const google = page.locator('[data-testid="ported"][data-provider="gcp"]');
    await google.waitFor({ timeout: 60_000 });
    await google.getByTestId('ported-open').click();
    await google.getByTestId('adapter').waitFor();
  } },
  { name: 'cold-starts', of: 'thumbnail', query: '?tab=cold', act: (page) => page.getByTestId('cold-row').first().waitFor() },
  { name: 'settings', of: 'thumbnail', query: '?tab=settings', act: (page) => page.getByTestId('settings').waitFor() },
  { name: 'logs', route: '/logs', act: (page) => page.getByTestId('log-line').nth(8).waitFor() },
  { name: 'logs-searched', route: '/logs?q=level%3A%3E%3Dwarn', act: async (page) => {
    await page.getByTestId('log-line').first().waitFor();
    await page.getByTestId('search-help').click();
  } },
  { name: 'host-settings', route: '/settings', act: (page) => page.getByTestId('record-file').waitFor() },
  { name: 'host-settings-clear', route: '/settings', act: async (page) => {
    await page.getByTestId('clear-project').first().click();
    await page.getByTestId('would-go').waitFor();
  } },
  { name: 'host-settings-licences', route: '/settings', act: async (page) => {
    await page.getByTestId('licences').click();
    await page.getByTestId('component').nth(3).scrollIntoViewIfNeeded();
  } },
  { name: 'costs', route: '/costs', act: async (page) => {
    await priced(page);
    await page.getByTestId('option-open').first().click();
  } },
  { name: 'costs-machine', route: '/costs', act: async (page) => {
    await priced(page);
    await page.getByTestId('machines').getByTestId('option-open').first().click();
    await page.getByTestId('queue').scrollIntoViewIfNeeded();
  } },
  { name: 'costs-budget', route: '/costs?calls=40000000&budget=99:800&shape=spiky', act: async (page) => {
    await priced(page);
    await page.getByTestId('assumptions').click();
    await page.getByTestId('assumptions-panel').waitFor();
  } },
  { name: 'costs-simulate', route: '/costs', act: async (page) => {
    await priced(page);
    await page.getByTestId('costs-tab-simulate').click();
    await page.getByTestId('simulation').waitFor();
  } },
  { name: 'palette', of: 'hello', act: async (page) => {
    await code(page);
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('th');
  } },
  { name: 'event-menu', of: 'crash', act: async (page) => {
    await code(page);
    await page.getByTestId('event-menu').click();
    await page.getByTestId('event-menu-item').nth(2).waitFor();
  } },
  { name: 'function', of: 'thumbnail', act: invokeCold },
  { name: 'function-io', of: 'io-wait', act: invokeCold },
  { name: 'function-failed', of: 'crash', act: async (page) => {
    await code(page);
    await type(page, 'event-editor', '{ "how": "raise" }');
    await page.getByTestId('invoke').click();
    await answered(page);
  } },
  { name: 'function-rust', of: 'primes-rust', act: invokeCold },
  { name: 'function-cloud-event', of: 'upload-log', act: invokeCold },
  { name: 'function-azure', of: 'watering', act: invokeCold },
  { name: 'function-ibm', of: 'word-count', act: invokeCold },
  { name: 'function-knative', of: 'seed-events', act: invokeCold },
  { name: 'new-function', act: async (page) => {
    await page.getByTestId('new-function-open').first().click();
    await page.getByTestId('new-name').fill('watering');
    await page.getByTestId('new-file').waitFor();
  } },
  { name: 'shortcuts', act: async (page) => {
    await page.getByTestId('functions-page').waitFor();
    await page.keyboard.press('?');
    await page.getByTestId('shortcuts').waitFor();
  } },
  { name: 'timeline-alive', route: '/timeline', act: async (page) => {
    await page.getByTestId('lane').first().waitFor();
    await page.getByTestId('timeline-canvas').hover({ position: { x: 300, y: 40 } });
  } },
  { name: 'function-save', of: 'hello', act: async (page, { theme, width }) => {
    await invokeCold(page);
    await page.getByTestId('code-editor').locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(`# seen in ${theme} at ${width}`);
    await page.keyboard.press('Control+s');
    await page.locator('[data-testid="save-state"][data-outcome="ok"]').waitFor();
    await page.getByTestId('toast').first().waitFor();
  } },
  { name: 'function-conflict', of: 'markdown', act: async (page, { project, theme, width }) => {
    await code(page);
    await page.getByTestId('code-editor').locator('.cm-content').click();
    await page.keyboard.type('// mine ');
    await page.locator('[data-testid="code-card"][data-dirty="true"]').waitFor();
    const file = 'notes/src/markdown.mjs';
    project.write(file, `${project.read(file)}// theirs ${theme} ${width}\n`);
    await page.getByTestId('conflict').waitFor();
  } },
  { name: 'function-refused', of: 'order-total', act: async (page, { project }) => {
    await page.getByTestId('code-editor').locator('.cm-content').waitFor();
    const file = 'order-total/index.ts';
    const good = project.read(file).split('\n');
    if (!good[3].endsWith('(;')) project.write(file, [...good.slice(0, 3), `${good[3]} (;`, ...good.slice(4)].join('\n'));
    await page.getByTestId('problem').waitFor();
    await page.getByTestId('invoke').click();
    await answered(page);
  } },
  { name: 'functions-refused', act: (page) => page.getByTestId('function-trouble').waitFor() },
  { name: 'reloads-refused', of: 'order-total', query: '?tab=reloads', act: (page) => page.getByTestId('reload-row').first().waitFor() },
  { name: 'reloads-good', of: 'hello', query: '?tab=reloads', act: async (page) => {
    await page.getByTestId('reload-row').nth(2).waitFor();
    await page.getByTestId('reload-changes').first().click();
    await page.getByTestId('diff').waitFor();
  } },
  { name: 'starts-changes', route: '/starts', act: async (page) => {
    await page.getByTestId('revision-open').first().click();
    await page.getByTestId('diff').first().scrollIntoViewIfNeeded();
  } },
];

/** With a folder open that holds no function. */
export const EMPTY = [{ name: 'no-functions', act: (page) => page.getByTestId('no-functions').waitFor() }];

/** A link of a host that is no more. */
export const EXPIRED = [{ name: 'expired', token: 'another', act: (page) => says(page.getByTestId('unreachable'), 'link') }];
