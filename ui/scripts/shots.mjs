// Pictures of every page and state, from the made-up host, in both themes and sizes:
//   npm run shots [-- FOLDER [NAME…]]
// It builds `--mode mock`, serves it with the policy the hosts send, and fails on any console error.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const [folder = 'node_modules/.cache/shots', ...only] = process.argv.slice(2);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const SIZES = [[1440, 900], [1024, 700]];

const settle = (page) => page.waitForTimeout(450);
const PAGES = [
  { name: 'functions', route: '#/functions' },
  { name: 'function', route: '#/function/1', act: invokeCold },
  { name: 'function-save', route: '#/function/1', act: save },
  { name: 'function-new', route: '#/function/1', act: async (page) => {
    await save(page);
    await page.getByTestId('invoke').click();
    await page.getByTestId('fact-deployed').waitFor();
    await page.getByTestId('deployed-basis').first().hover();
    await page.getByTestId('deployed-basis-tip').waitFor();
  } },
  { name: 'function-refused', route: '#/function/8' },
  { name: 'function-conflict', route: '#/function/2', act: conflict },
  { name: 'invocations', route: '#/function/1?tab=invocations', act: (page) => page.getByTestId('invocation-open').nth(3).click() },
  { name: 'elsewhere', route: '#/function/1?tab=elsewhere', act: async (page) => {
    await page.getByTestId('portability-run').click();
    await page.getByTestId('ported-open').nth(1).click();
    await page.getByTestId('adapter').waitFor();
  } },
  { name: 'timeline', route: '#/timeline', act: (page) => page.getByTestId('timeline-canvas').hover({ position: { x: 300, y: 40 } }) },
  { name: 'load', route: '#/load' },
  { name: 'load-throttled', route: '#/load', act: async (page) => {
    await page.getByTestId('load-show').nth(2).click();
    await page.getByTestId('load-chart-latency').hover({ position: { x: 300, y: 60 } });
  } },
  { name: 'load-running', route: '#/load', act: (page) => page.getByTestId('load-shape-ramp').click().then(() => page.getByTestId('load-start').click()).then(() => page.waitForTimeout(1500)) },
  { name: 'load-replay', route: '#/load', act: async (page) => {
    await page.getByTestId('load-shape-replay').click();
    await page.getByTestId('load-event').click();
  } },
  { name: 'load-compare', route: '#/load', act: async (page) => {
    for (const n of [0, 1, 2]) await page.getByTestId('load-compare').nth(n).click();
    await page.getByTestId('load-compare-table').waitFor();
  } },
  { name: 'load-empty', scene: 'thin', route: '#/load', act: (page) => page.getByTestId('load-shape-spike').click().then(() => page.getByTestId('load-rate').fill('9000')) },
  { name: 'all-invocations', route: '#/invocations?q=cold%3Ayes' },
  { name: 'all-invocations-help', route: '#/invocations?q=durr%3A5', act: (page) => page.getByTestId('search-help').click() },
  { name: 'function-logs', route: '#/function/1?tab=logs' },
  { name: 'cold-starts', route: '#/function/1?tab=cold' },
  { name: 'imports', route: '#/function/1?tab=cold', act: async (page) => {
    await page.getByTestId('flame-block').nth(4).click();
    await page.getByTestId('imports-tree').scrollIntoViewIfNeeded();
  } },
  { name: 'imports-not-yet', route: '#/function/2?tab=cold', act: (page) => page.getByTestId('imports').scrollIntoViewIfNeeded() },
  { name: 'starts', route: '#/starts' },
  { name: 'starts-changes', route: '#/starts', act: async (page) => {
    await page.getByTestId('starts-by-revision').click();
    await page.getByTestId('revision-open').first().click();
    await page.getByTestId('diff').first().scrollIntoViewIfNeeded();
  } },
  { name: 'starts-empty', scene: 'thin', route: '#/starts' },
  { name: 'reloads', route: '#/function/8?tab=reloads' },
  { name: 'reloads-changes', route: '#/function/1?tab=reloads', act: (page) => page.getByTestId('reload-changes').first().click().then(() => page.getByTestId('revision-change').waitFor()) },
  { name: 'size', route: '#/function/1?tab=size', act: (page) => page.getByTestId('size-run').click().then(() => page.getByTestId('size-chart').waitFor()) },
  { name: 'settings', route: '#/function/1?tab=settings' },
  { name: 'costs', route: '#/costs', act: (page) => page.getByTestId('option-open').first().click() },
  { name: 'costs-machine', route: '#/costs', act: (page) => page.getByTestId('machines').getByTestId('option-open').nth(1).click() },
  { name: 'costs-budget', route: '#/costs?calls=40000000&budget=99:800&shape=spiky', act: (page) => page.getByTestId('assumptions').click() },
  { name: 'costs-simulate', route: '#/costs?sim=aws-lambda-arm64&shape=spiky&limit=20&calls=90000000' },
  { name: 'costs-uncalled', scene: 'uncalled', route: '#/costs' },
  { name: 'costs-lost', scene: 'lost', route: '#/costs' },
  { name: 'costs-thin', scene: 'thin', route: '#/costs' },
  { name: 'map', route: '#/load/map', act: openAnswer },
  { name: 'map-input', route: '#/load/map', act: (page) => page.getByTestId('map-text').fill('{"city": "Leuven"}\n{"city": "Gent"}\n{"city": ') },
  { name: 'map-empty', scene: 'thin', route: '#/load/map' },
  { name: 'logs', route: '#/logs' },
  { name: 'logs-open', route: '#/logs?q=level%3A%3E%3Ddebug', act: openLines },
  { name: 'logs-help', route: '#/logs?q=lev%3Aerror', act: (page) => page.getByTestId('search-help').click() },
  { name: 'logs-empty', scene: 'thin', route: '#/logs' },
  { name: 'host-settings', route: '#/settings' },
  { name: 'host-settings-end', route: '#/settings', act: (page) => page.getByTestId('licences').click().then(() => page.getByTestId('component').last().scrollIntoViewIfNeeded()) },
  { name: 'clear', route: '#/settings', act: (page) => page.getByTestId('clear-project').nth(1).click() },
  { name: 'keep', route: '#/settings', act: (page) => page.getByTestId('keep-days').fill('30').then(() => page.getByTestId('keep-days').press('Enter')) },
  { name: 'palette', route: '#/function/1', act: (page) => page.keyboard.press('Control+k') },
  { name: 'new-function', scene: 'empty', act: (page) => page.getByTestId('new-function-open').click().then(() => page.getByTestId('new-name').waitFor()) },
  { name: 'new-function-taken', route: '#/functions', act: (page) => page.getByTestId('new-function-open').click().then(() => page.getByTestId('new-name').fill('thumbnail')).then(() => page.getByTestId('new-submit').click()) },
  { name: 'palette-typed', route: '#/function/1', act: (page) => page.keyboard.press('Control+k').then(() => page.getByTestId('palette-input').fill('thu l')) },
  { name: 'shortcuts', route: '#/function/1', act: (page) => page.keyboard.press('?').then(() => page.getByTestId('shortcuts').waitFor()) },
  { name: 'open', route: '#/functions', act: (page) => page.getByTestId('open-folder').click() },
  { name: 'event-menu', route: '#/function/1', act: (page) => page.getByTestId('event-menu').click() },
  { name: 'cloud-event', route: '#/function/9', act: (page) => page.getByTestId('event-menu').click() },
  { name: 'cloud-settings', route: '#/function/9?tab=settings' },
  { name: 'empty', scene: 'empty' },
  { name: 'empty-window', scene: 'picker' },
  { name: 'no-functions', scene: 'nofunctions' },
  { name: 'not-called', scene: 'thin' },
  { name: 'function-not-called', scene: 'thin', route: '#/function/7' },
  { name: 'unreachable', scene: 'down' },
  { name: 'expired', scene: 'expired' },
  { name: 'paused', route: '#/functions', act: (page) => page.getByTestId('status-pause').click().then(() => page.getByTestId('paused').waitFor()) },
  { name: 'disconnected', scene: 'lost' },
  { name: 'not-recording', scene: 'notrecording' },
  { name: 'loading', scene: 'loading' },
];

async function invokeCold(page) {
  await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  await page.getByTestId('next-cold').click();
  await page.getByTestId('invoke').click();
  await page.getByTestId('result-cold').waitFor();
}

async function save(page) {
  await invokeCold(page);
  const code = page.getByTestId('code-editor').locator('.cm-content');
  await code.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# quality 82 is enough');
  await page.keyboard.press('Control+s');
  await page.getByTestId('toast').waitFor();
}

/** A structured line as a tree, and a failure with its traceback. */
async function openAnswer(page) {
  await page.getByTestId('map-answer-open').nth(19).click();
}

async function openLines(page) {
  const row = (text) => page.getByTestId('log-line').filter({ hasText: text });
  await page.getByTestId('log-follow').click();
  await row('handled  function=').nth(-4).getByTestId('log-open').click();
  await page.getByTestId('log-detail').getByTestId('json-toggle').nth(1).click();
  await row('[ERROR]').last().getByTestId('log-open').click();
}

async function conflict(page) {
  const code = page.getByTestId('code-editor').locator('.cm-content');
  await code.click();
  await page.keyboard.type('// mine');
  await page.evaluate(() => window.dispatchEvent(new CustomEvent('mock-edit', { detail: { fn: 2, path: 'index.ts', text: '// theirs\n' } })));
  await page.getByTestId('conflict').waitFor();
}

await build({ mode: 'mock', logLevel: 'warn' });
const server = await preview({ mode: 'mock', build: { outDir: 'node_modules/.cache/mock-dist' }, preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
const address = server.resolvedUrls.local[0];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
mkdirSync(folder, { recursive: true });
let failed = 0;

for (const { name, route = '', scene = 'full', act } of PAGES) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const [width, height] of SIZES) {
    for (const theme of ['dark', 'light']) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (!['error', 'warning'].includes(message.type())) return;
        failed += 1;
        console.error(`${name} ${theme} ${width}: ${message.text()}`);
      });
      page.on('pageerror', (error) => {
        failed += 1;
        console.error(`${name} ${theme} ${width}: ${error.stack}`);
      });
      try {
        await page.goto(`${address}?mock=${scene}${route}`);
        await settle(page);
        await act?.(page);
        await settle(page);
      } catch (error) {
        failed += 1;
        console.error(`${name} ${theme} ${width}: ${error.message}`);
      }
      await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`) });
      await context.close();
    }
  }
}

await browser.close();
await server.close();
process.exitCode = failed > 0 ? 1 : 0;
