// Pictures of every page, in both themes and two sizes, of a real host on the samples with real traffic behind it:
//   node shots/shots.mjs [--into FOLDER] [--minutes OF-TRAFFIC] [NAME…]

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Host } from '../../stage/host.mjs';
import { Project } from '../../stage/project.mjs';
import { launch } from '../page.mjs';
import { BUSY, EMPTY, EXPIRED, FEW, FRESH } from './pages.mjs';
import { traffic } from './traffic.mjs';

const { values: { into: folder, minutes }, positionals: only } = parseArgs({
  options: { into: { type: 'string', default: 'shots' }, minutes: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const SIZES = [[1440, 900], [1024, 700]];
const SAMPLES = fileURLToPath(new URL('../../../sample-functions', import.meta.url));

/** A copy, because some pictures are of edited code. */
const project = Project.copy(SAMPLES);
project.commit();
const empty = new Project({ 'README.md': '# Nothing to call yet\n' });
const browser = await launch();
const host = await Host.start(project.folder);
let failed = 0;

try {
  mkdirSync(folder, { recursive: true });
  await take(FRESH);
  for (const name of ['hello', 'order-total']) await host.invoke(name, {});
  await take(FEW);
  console.log(`${await traffic(host, Number(minutes))} calls`);
  await take(BUSY);
  await take(EXPIRED);
  await host.rpc('open_project', { path: empty.folder });
  await take(EMPTY);
  await host.rpc('open_project', { path: project.folder });
  await takeLost();
} finally {
  await browser.close();
  await host.end();
  project.remove();
  empty.remove();
}
console.log(`pictures are in ${resolve(folder)}`);
process.exitCode = failed > 0 ? 1 : 0;

function asked(name) {
  return only.length === 0 || only.includes(name);
}

function* variants() {
  for (const [width, height] of SIZES) for (const theme of ['dark', 'light']) yield { width, height, theme };
}

async function take(pages) {
  for (const { name, act, ...where } of pages.filter(({ name }) => asked(name))) {
    for (const variant of variants()) {
      const page = await open(name, where, variant);
      await during(name, variant, () => act(page, { project, ...variant }));
      await keep(name, page, variant);
    }
  }
}

/** The host ends while the page looks, so the pages of all variants are open by then. */
async function takeLost() {
  const name = 'disconnected';
  if (!asked(name)) return;
  const opened = [];
  for (const variant of variants()) opened.push([await open(name, {}, variant), variant]);
  for (const [page] of opened) await page.getByTestId('cell-calls').nth(5).waitFor();
  await host.kill();
  for (const [page, variant] of opened) {
    await during(name, variant, () => page.getByTestId('disconnected').waitFor());
    await keep(name, page, variant);
  }
}

async function open(name, { of, query = '', route = '', token = host.token }, { width, height, theme }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
  const page = await context.newPage();
  // A debug build prices for a while.
  page.setDefaultTimeout(90_000);
  page.on('pageerror', (error) => complain(name, { theme, width }, error.stack));
  // Everything happened in the last minutes: a day's range would show one spike.
  await page.addInitScript(() => sessionStorage.setItem('coldframe.range', 'live'));
  const fragment = of ? `/function/${(await host.function(of)).id}${query}` : route;
  await page.goto(`${new URL(host.link).origin}/#token=${token}${fragment && `&${fragment}`}`);
  return page;
}

async function keep(name, page, { theme, width }) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`), animations: 'disabled' });
  await page.context().close();
}

async function during(name, variant, act) {
  await act().catch((error) => complain(name, variant, error.message));
}

function complain(name, { theme, width }, what) {
  failed += 1;
  console.error(`${name} ${theme} ${width}: ${what}`);
}
