// Every page in both themes by the rules of WCAG 2.2 AA that a program can check: names, roles, contrast.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { GREETER, greeter } from '../../stage/project.mjs';
import { invoke, launch, stage, type, visit } from '../page.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };
const FILES = {
  [GREETER]: greeter('Hello'),
  'torn/lambda_function.py': 'def lambda_handler(event, context)\n    return 1\n',
  'needy/index.mjs': 'export const handler = async () => 1;\n',
  'needy/package.json': '{"dependencies": {"seeds": "1.0.0"}}',
  // Where nobody listens.
  'needy/.npmrc': 'registry=http://127.0.0.1:1/\nfetch-retries=0\nnoproxy=127.0.0.1\n',
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const tab = (name) => async (page) => {
  await page.getByTestId(`tab-${name}`).click();
  await page.locator(`[data-testid="tab-panel"][data-tab="${name}"]`).waitFor();
};
const nav = (name) => async (page) => {
  await page.getByTestId(`nav-${name}`).click();
  await page.locator(`[data-testid="app"][data-page="${name}"]`).waitFor();
};

/** Chromium says so of a search that is not understood. */
const REFUSED = [/status of 400/];

/** One after the other, each as a person would come to it. */
const STEPS = [
  ['functions', (page) => page.getByTestId('cell-calls').first().waitFor()],
  ['open folder', (page) => page.getByTestId('open-folder').click(), (page) => page.keyboard.press('Escape')],
  ['a function that cannot run', async (page) => {
    await visit(page, 'torn');
    await page.getByTestId('problem').waitFor();
    await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  }],
  ['an installation that failed', async (page) => {
    await nav('functions')(page);
    await visit(page, 'needy');
    await page.getByTestId('install').click();
    await page.locator('[data-testid="job"][data-state="failed"]').waitFor();
    await page.getByTestId('job-lines').waitFor();
  }],
  ['a function', async (page) => {
    await nav('functions')(page);
    await visit(page, 'greeter');
    await page.getByTestId('code-editor').locator('.cm-content').waitFor();
    await invoke(page);
    await type(page, 'code-editor', greeter('Servus'));
    await page.locator('[data-testid="code-card"][data-dirty="true"]').waitFor();
    await page.keyboard.press('Control+s');
    await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();
  }],
  ['events', (page) => page.getByTestId('event-menu').click(), (page) => page.keyboard.press('Escape')],
  ['palette', (page) => page.keyboard.press('Control+k'), (page) => page.keyboard.press('Escape')],
  ['nothing in the palette', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('zzzz');
    await page.getByText('Nothing of that name').waitFor();
  }, (page) => page.keyboard.press('Escape')],
  // The first that was made is long.
  ...['first', 'last'].map((which) => [`the ${which} invocation`, async (page) => {
    await tab('invocations')(page);
    await page.getByTestId('invocation-open')[which]().click();
    await page.getByTestId('invocation-detail').getByTestId('facts').waitFor();
  }, (page) => page.getByTestId('invocation-open')[which]().click()]),
  ['logs of a function', tab('logs')],
  ['cold starts of a function', async (page) => {
    await tab('cold')(page);
    await page.getByTestId('cold-row').first().waitFor();
    await page.getByTestId('imports-measure').click();
    await page.getByTestId('import-row').first().waitFor();
  }],
  ['reloads', async (page) => {
    await tab('reloads')(page);
    await page.getByTestId('reload-changes').first().click();
    await page.getByTestId('diff').waitFor();
  }],
  ['settings', tab('settings')],
  ['costs', async (page) => {
    await nav('costs')(page);
    await page.getByTestId('calls-guess').nth(2).click();
    await page.getByTestId('curve').first().waitFor();
    await page.getByTestId('option-open').first().click();
    await page.getByTestId('machines').getByTestId('option-open').first().click();
    await page.getByTestId('queue').waitFor();
  }],
  ['assumptions', (page) => page.getByTestId('assumptions').click(), (page) => page.keyboard.press('Escape')],
  ['a simulated day', async (page) => {
    await page.getByTestId('costs-tab-simulate').click();
    await page.getByTestId('simulation').waitFor();
  }],
  ['invocations', async (page) => {
    await nav('invocations')(page);
    await page.getByTestId('search').fill('durr:1');
    await page.getByTestId('search-help').click();
    await page.locator('[data-testid="search"][aria-invalid="true"]').waitFor();
  }],
  ['a search as it is typed', async (page) => {
    await nav('invocations')(page);
    await page.getByTestId('search').fill('');
    await page.getByTestId('search').pressSequentially('status:e');
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-testid="search-offer"][aria-selected="true"]').waitFor();
  }, (page) => page.getByTestId('search').fill('')],
  ['cold starts', async (page) => {
    await nav('starts')(page);
    await page.getByTestId('start-group').first().waitFor();
    await page.getByTestId('revision-open').first().click();
    await page.getByTestId('diff').waitFor();
  }],
  ['timeline', async (page) => {
    await nav('timeline')(page);
    await page.getByTestId('lane').first().waitFor();
  }],
  ['logs', async (page) => {
    await nav('logs')(page);
    await page.getByTestId('search').fill('greeter');
    await page.getByTestId('log-line').first().waitFor();
    await page.getByTestId('search').fill('');
    await page.getByTestId('log-open').nth(1).click();
    await page.getByTestId('log-detail').waitFor();
  }],
  ['settings of the host', async (page) => {
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('recorded-project').first().waitFor();
    await page.getByTestId('licences').click();
    await page.getByTestId('component').first().waitFor();
  }],
  ['clearing', async (page) => {
    await page.getByTestId('clear-project').first().click();
    await page.getByTestId('clear-confirm').waitFor();
    await page.getByTestId('would-go').locator('b').or(page.getByText('Nothing is there to take')).first().waitFor();
  }, (page) => page.keyboard.press('Escape')],
  ['load', async (page) => {
    await nav('load')(page);
    await page.getByTestId('load-seconds').fill('1');
    for (const runs of [1, 2]) {
      await page.getByTestId('load-start').click();
      await page.locator('[data-testid="load-run"][data-state="done"]').nth(runs - 1).waitFor();
      await page.getByTestId('load-start').waitFor();
    }
    await page.locator('[data-testid="load-detail"][data-state="done"]').waitFor();
  }],
  ['runs beside each other', async (page) => {
    for (const run of [0, 1]) await page.getByTestId('load-compare').nth(run).check();
    await page.getByTestId('load-compare-table').waitFor();
  }],
  ['side by side', async (page) => {
    await nav('sidebyside')(page);
    await page.getByTestId('side-row').first().waitFor();
    for (const row of ['billing', 'steady_spiky']) {
      await page.getByTestId('side-guess-0-always_on').check();
      await page.locator(`[data-testid="side-row"][data-row="${row}"]`).getByTestId('side-run').click();
      await page.locator(`[data-testid="side-row"][data-row="${row}"][data-state="done"]`).waitFor();
    }
    await page.getByTestId('side-details').first().locator('summary').click();
  }],
  ['the guided start', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('Guided start');
    await page.keyboard.press('Enter');
    await page.getByTestId('tour').waitFor();
    await page.getByTestId('palette-input').waitFor({ state: 'detached' });
  }, (page) => page.getByTestId('tour-leave').click()],
  ['map', async (page) => {
    await nav('load')(page);
    await page.getByTestId('load-kind-map').click();
    await page.getByTestId('map-text').fill('{"n": 1}\n{"n": 2}');
    await page.locator('[data-testid="map-preview"][data-items="2"]').waitFor();
    await page.getByTestId('map-start').click();
    await page.locator('[data-testid="map-detail"][data-state="done"]').waitFor();
    await page.getByTestId('map-answer-open').first().click();
  }],
];

/** What axe finds wrong, a line each: the rule, the place, what it measured. */
async function wrong(page) {
  // What is still moving is not yet as it will be read; a cursor blinks for ever.
  await page.evaluate(() => {
    const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.all(moving.map((one) => one.finished.catch(() => undefined)));
  });
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all }) => `${id}: ${target.join(' ')}: ${[...any, ...all].map(({ message }) => message).join('; ')}`));
}

for (const theme of ['dark', 'light']) {
  test(`in the ${theme} theme everything has a name, a role and enough contrast`, async (t) => {
    const { page, host } = await stage(t, browser, FILES, { complaints: REFUSED });
    for (const name of ['greeter', 'torn']) await host.invoke(name, { words: Array.from({ length: 90 }, () => 'long') });
    await page.getByTestId(`theme-${theme}`).click();
    await page.evaluate(AXE);
    const found = {};
    for (const [name, go, leave] of STEPS) {
      await go(page);
      const violations = await wrong(page);
      if (violations.length > 0) found[name] = violations;
      await leave?.(page);
    }
    assert.deepEqual(found, {});
  });
}
