// How fast the interface is on a record of millions of calls. Prints one JSON object of figures, units in their names;
// `cargo xtask bench ui` prepares the record, runs this and sets the figures beside the targets.

import { parseArgs } from 'node:util';

import { Host } from '../../stage/host.mjs';
import { THERE } from '../../stage/pages.mjs';
import { launch } from '../page.mjs';
import { Source } from './source.mjs';
import { quantile, work } from './trace.mjs';

const { values: { project, data, seconds, rare, only } } = parseArgs({
  options: {
    project: { type: 'string' }, data: { type: 'string' }, seconds: { type: 'string', default: '60' },
    rare: { type: 'string' }, only: { type: 'string', default: '' },
  },
});
const PAGES = ['functions', 'timeline', 'load', 'invocations', 'costs', 'logs', 'settings'];
const ROUNDS = 5;
const LONG = 60_000;
const figures = {};
const asked = (part) => only === '' || only.split(',').includes(part);
const p95 = (values) => quantile(values, 0.95);
const say = (text) => console.error(`  ${text}`);

const browser = await launch();
const begun = performance.now();
const host = await Host.start(project, { data });
figures.ui_host_ready_ms = performance.now() - begun;
let source;
try {
  if (asked('paint')) await paint();
  if (asked('clicks')) await clicks();
  if (asked('questions')) await questions();
  if (asked('scroll')) await scroll();
  if (asked('timeline')) await timeline();
  const rows = await host.rpc('invocations', { function: null, status: null, minutes: null, search: null, before: null, limit: 200 });
  const lines = await host.rpc('logs', { function: null, search: null, after: null, before: null, limit: 500 });
  const lately = await host.rpc('timeline', { from: Date.now() - 600_000, to: Date.now(), function: null });
  source = await Source.before(host, { rows, lines, timeline: lately });
  source.start();
  if (asked('live')) for (const name of ['functions', 'invocations', 'logs', 'timeline']) await live(name);
  if (asked('memory')) await memory();
} finally {
  source?.end();
  await browser.close();
  await host.end();
}
console.log(JSON.stringify(figures));

async function open(address = host.link) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  page.on('pageerror', (error) => say(error.stack));
  await page.addInitScript(watch);
  await page.goto(address);
  await page.getByTestId('function-row').first().waitFor();
  return page;
}

/** Runs in the page: collects how far things moved that nobody moved, and how long clicks wait for their frame. */
function watch() {
  window.bench = { shift: 0, moved: [], clicks: [], frames: [] };
  new PerformanceObserver((list) => {
    for (const { value, sources, hadRecentInput } of list.getEntries()) {
      // As Cumulative Layout Shift has it: what opens where somebody just clicked is no surprise.
      if (hadRecentInput) continue;
      window.bench.shift += value;
      window.bench.moved.push(...sources.map(({ node }) => node?.className || node?.nodeName || 'gone'));
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const answered = ({ timeStamp }) => {
    const channel = new MessageChannel();
    // Behind the frame, so layout and painting are in it.
    channel.port1.onmessage = () => window.bench.clicks.push(performance.now() - timeStamp);
    requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  for (const kind of ['click', 'keydown']) addEventListener(kind, answered, { capture: true });
  // Svelte 5 delegates; nothing else is between.
}

async function paint() {
  say('first paint');
  const page = await open();
  const first = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  await page.getByTestId('cell-calls').first().waitFor();
  figures.ui_first_paint_ms = figures.ui_host_ready_ms + first;
  figures.ui_page_paint_ms = first;
  figures.ui_page_figures_ms = await page.evaluate(() => performance.now());
  await page.context().close();
}

async function clicks() {
  say('clicks');
  const page = await open();
  const took = Object.fromEntries(PAGES.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of PAGES) {
      const opened = await goes(page, name);
      if (round > 0) took[name].push(opened);
      else figures[`ui_${name}_first_open_ms`] = opened;
    }
  }
  for (const name of PAGES) figures[`ui_${name}_open_ms`] = p95(took[name]);
  await page.getByTestId('nav-invocations').click();
  for (let n = 0; n < 10; n += 1) {
    await page.getByTestId('invocation-open').nth(n).click();
    await page.getByTestId('invocation-detail').getByTestId('facts').waitFor();
    await page.getByTestId('invocation-open').nth(n).click();
  }
  for (let n = 0; n < 5; n += 1) {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('palette-input').waitFor({ state: 'detached' });
  }
  await page.getByTestId('nav-functions').click();
  for (let n = 0; n < 5; n += 1) for (const range of ['live', '1h', '24h', '7d']) await page.getByTestId(`range-${range}`).click();
  const { clicks: all, shift, moved } = await page.evaluate(() => window.bench);
  figures.ui_click_p95_ms = p95(all);
  figures.ui_click_max_ms = Math.max(...all);
  figures.ui_layout_shift = shift;
  if (shift > 0) say(`moved: ${[...new Set(moved)].join(', ')}`);
  await page.context().close();
}

/** Milliseconds from the click to the frame that shows the page with its figures; taken in the page, where nobody is asked across a line. */
async function goes(page, name) {
  const shown = page.evaluate((there) => new Promise((resolve) => {
    addEventListener('click', ({ timeStamp }) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => (document.querySelector(there) ? resolve(performance.now() - timeStamp) : next());
      const next = () => requestAnimationFrame(() => channel.port2.postMessage(null));
      next();
    }, { capture: true, once: true });
  }), THERE[name]);
  await page.getByTestId(`nav-${name}`).click();
  return shown;
}

/** What pages ask of the record, without the page. */
async function questions() {
  say('questions');
  const search = (text) => ['invocations', { function: null, status: null, minutes: null, search: text, before: null, limit: 100 }];
  const lines = (text) => ['logs', { function: null, search: text, after: null, before: null, limit: 1000 }];
  const now = Date.now();
  const asks = {
    overview_1h: ['overview', { minutes: 60 }],
    overview_24h: ['overview', { minutes: 1440 }],
    overview_7d: ['overview', { minutes: 10_080 }],
    overview_all: ['overview', { minutes: null }],
    invocations: search(null),
    invocations_cold: search('cold:yes'),
    invocations_failed: search('status:failed'),
    invocations_slow: search('dur:>10s'),
    invocations_rare_word: search(rare),
    logs: lines(null),
    logs_rare_word: lines(rare),
    logs_errors: lines('level:error'),
    costs: ['costs', { function: null, minutes: null, calls_per_month: null }],
    timeline: ['timeline', { from: now - 300_000, to: now, function: null }],
    timeline_24h: ['timeline', { from: now - 86_400_000, to: now, function: null }],
  };
  for (const [name, [command, request]] of Object.entries(asks)) {
    const took = [];
    for (let n = 0; n < 3 && (n === 0 || took[0] < 5_000); n += 1) {
      const at = performance.now();
      await host.rpc(command, request);
      took.push(performance.now() - at);
    }
    figures[`ask_${name}_ms`] = quantile(took, 0.5);
  }
}

async function scroll() {
  say('scrolling');
  for (const [name, testid] of [['invocations', 'invocations'], ['logs', 'log-scroll']]) {
    const page = await open();
    await page.getByTestId(`nav-${name}`).click();
    await page.locator(THERE[name]).first().waitFor();
    if (name === 'logs') await page.getByTestId('log-follow').click();
    const box = await page.getByTestId(testid).boundingBox();
    await page.mouse.move(box.x + 200, box.y + 200);
    const step = name === 'logs' ? -240 : 240;
    const each = await work(browser, page, async () => {
      for (let n = 0; n < 150; n += 1) {
        await page.mouse.wheel(0, step);
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      }
    });
    figures[`ui_${name}_scroll_p95_ms`] = p95(each);
    await page.context().close();
  }
}

async function timeline() {
  say('timeline');
  const page = await open();
  await page.getByTestId('nav-timeline').click();
  await page.getByTestId('timeline-canvas').waitFor();
  figures.ui_timeline_spans = Number(await page.getByTestId('timeline-canvas').getAttribute('data-spans'));
  const moved = () =>
    page.evaluate(() => new Promise((resolve) => {
      const gaps = [];
      let last;
      const step = (now) => {
        if (last !== undefined) gaps.push(now - last);
        last = now;
        if (gaps.length < 200) requestAnimationFrame(step);
        else resolve(gaps);
      };
      requestAnimationFrame(step);
    }));
  await page.getByTestId('timeline-lanes').focus();
  let gaps;
  const each = await work(browser, page, async () => {
    gaps = moved();
    const box = await page.getByTestId('timeline-canvas').boundingBox();
    for (let n = 0; n < 60; n += 1) {
      await page.mouse.move(box.x + 100 + n * 10, box.y + 40 + (n % 5) * 20);
      if (n % 10 === 9) await page.keyboard.press(n % 20 === 9 ? '+' : '-');
    }
    gaps = await gaps;
  });
  figures.ui_timeline_frame_p95_ms = p95(gaps);
  figures.ui_timeline_work_p95_ms = p95(each);
  await page.context().close();
}

/** A page while five thousand calls a second come in. */
async function live(name) {
  say(`live: ${name}`);
  const page = await open(source.link);
  await page.getByTestId(`nav-${name}`).click();
  if (name === 'functions') await page.getByTestId('range-live').click();
  else await page.locator(THERE[name]).first().waitFor();
  const each = await work(browser, page, () => page.waitForTimeout(6_000));
  figures[`ui_live_${name}_p95_ms`] = p95(each);
  const shift = await page.evaluate(() => window.bench.shift);
  figures[`ui_live_${name}_shift`] = shift;
  await page.context().close();
}

async function memory() {
  say(`memory, ${seconds} s`);
  const page = await open(source.link);
  const session = await page.context().newCDPSession(page);
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize / 1e6;
  };
  await page.getByTestId('nav-invocations').click();
  await page.locator(THERE.invocations).first().waitFor();
  // Until everything that is bounded is full.
  await page.waitForTimeout(20_000);
  const before = await used();
  await page.waitForTimeout(Number(seconds) * 1000);
  figures.ui_heap_mb = await used();
  figures.ui_heap_growth_mb = figures.ui_heap_mb - before;
  await page.context().close();
}
