// How fast the real window is on a record of millions of calls. Prints one JSON object of figures, units in their names;
// `cargo xtask bench ui` runs it after the browser's part (tests/browser/bench/ui.mjs) and sets both beside the targets.
//
// Everything is timed within the page, or from the process's start: WebDriver's own way takes longer than most of it. A
// made-up source of calls cannot stand before this host, which lives in the window's own process; and WebKit does not
// say what its main thread did, so frames are timed by the clock.

import { parseArgs } from 'node:util';

import { THERE } from '../stage/pages.mjs';
import { Window } from './window.mjs';

const { values: { project, data } } = parseArgs({ options: { project: { type: 'string' }, data: { type: 'string' } } });
const ROUNDS = 5;
const FRAMES = 150;
const figures = {};
const say = (text) => console.error(`  window: ${text}`);
const p95 = (values) => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(0.95 * values.length) - 1)] ?? 0;

const window = await Window.open(project, { data });
try {
  window.page.setTimeout({ script: 120_000 });
  await paint();
  await pages();
  await scroll('invocations', 'invocations', 240);
  await scroll('logs', 'log-scroll', -240);
  await timeline();
  figures.window_memory_mb = window.memory_mb();
} finally {
  await window.end();
}
console.log(JSON.stringify(figures));

async function paint() {
  say('first paint');
  await window.sees('function-row');
  const painted = await window.page.execute(() => {
    const first = performance.getEntriesByName('first-contentful-paint')[0];
    return first ? performance.timeOrigin + first.startTime : null;
  });
  if (painted === null) say('WebKit tells nothing of its first paint');
  else figures.window_first_paint_ms = painted - window.started();
}

/** From a click to the frame that shows the page with its figures. */
async function pages() {
  say('pages');
  const took = Object.fromEntries(Object.keys(THERE).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, there] of Object.entries(THERE)) {
      const opened = await window.page.executeAsync((name, there, done) => {
        const channel = new MessageChannel();
        const at = performance.now();
        channel.port1.onmessage = () => (document.querySelector(there) ? done(performance.now() - at) : next());
        const next = () => requestAnimationFrame(() => channel.port2.postMessage(null));
        document.querySelector(`[data-testid="nav-${name}"]`).click();
        next();
      }, name, there);
      if (round > 0) took[name].push(opened);
      else figures[`window_${name}_first_open_ms`] = opened;
    }
  }
  for (const [name, all] of Object.entries(took)) figures[`window_${name}_open_ms`] = p95(all);
}

async function scroll(name, testid, step) {
  say(`scrolling ${name}`);
  await window.at(`nav-${name}`).click();
  await window.page.$(THERE[name]).waitForExist();
  if (name === 'logs') await window.at('log-follow').click();
  figures[`window_${name}_scroll_frame_p95_ms`] = p95(await window.page.executeAsync((testid, step, frames, done) => {
    const scroller = document.querySelector(`[data-testid="${testid}"]`);
    const gaps = [];
    let last;
    const frame = (now) => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      if (gaps.length === frames) return done(gaps);
      scroller.scrollTop += step;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, testid, step, FRAMES));
}

async function timeline() {
  say('timeline');
  await window.at('nav-timeline').click();
  await window.page.$(THERE.timeline).waitForExist();
  const { gaps, spans } = await window.page.executeAsync((frames, done) => {
    const canvas = document.querySelector('[data-testid="timeline-canvas"]');
    const lanes = document.querySelector('[data-testid="timeline-lanes"]');
    const { left, top } = canvas.getBoundingClientRect();
    const gaps = [];
    let last;
    const frame = (now) => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      const n = gaps.length;
      if (n === frames) return done({ gaps, spans: Number(canvas.dataset.spans) });
      canvas.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: left + 100 + n * 4, clientY: top + 40 + (n % 5) * 20 }));
      if (n % 10 === 9) lanes.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, key: n % 20 === 9 ? '+' : '-' }));
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, FRAMES);
  figures.window_timeline_spans = spans;
  figures.window_timeline_frame_p95_ms = p95(gaps);
}
