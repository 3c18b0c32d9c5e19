// The interface in Chromium, and everything it complains about while a journey runs.

import assert from 'node:assert/strict';

import { chromium } from 'playwright-core';

import { defer } from '../stage/defer.mjs';
import { Host } from '../stage/host.mjs';
import { GREETER, greeter, Project } from '../stage/project.mjs';

/** Long: the machine may be busy with other tests. */
const PATIENCE = 20_000;

/** A browser that calls nobody. Its profile is a fresh temporary folder, which Playwright removes. */
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** A project and a host on it. Both end with the test. */
export async function serve(test, files = { [GREETER]: greeter('Hello') }) {
  const project = new Project(files);
  defer(test, () => project.remove());
  const host = await Host.start(project.folder);
  defer(test, () => host.end());
  return { project, host };
}

/** A project, a host on it, and a tab that shows it. */
export async function stage(test, browser, files, options) {
  const served = await serve(test, files);
  return { ...served, page: await open(test, browser, served.host.link, options) };
}

/** A tab of its own, at an address. What it complains about fails the test, but for what `complaints` expects. */
export async function open(test, browser, address, { complaints = [] } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI}`);
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const heard = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(error.stack ?? error.message));
  defer(test, async () => {
    await context.close();
    const unexpected = heard.filter((text) => !complaints.some((expected) => expected.test(text)));
    assert.deepEqual(unexpected, [], 'the page complains about nothing');
  });
  await page.goto(address);
  return page;
}

/** Waits until an element says `text`. */
export async function says(locator, text) {
  await locator.filter({ hasText: text }).first().waitFor();
}

/** From the list to the function's own page, as a person goes. */
export async function visit(page, name) {
  await page.locator(`[data-testid="function-row"][data-name="${name}"]`).getByTestId('function-link').click();
  await says(page.getByTestId('function-name'), name);
}

/** Presses Invoke; resolves with the answer's body once it is that of the new call. */
export async function invoke(page) {
  const result = page.getByTestId('result');
  const before = await result.getAttribute('data-request');
  await page.getByTestId('invoke').click();
  await page.waitForFunction(
    (old) => {
      const { request, sending } = document.querySelector('[data-testid="result"]').dataset;
      return sending === 'false' && request !== undefined && request !== old;
    },
    before,
  );
  return page.getByTestId('result-body').innerText();
}

/** Replaces the text of an editor by typing over it. */
export async function type(page, testid, text) {
  const content = page.getByTestId(testid).locator('.cm-content');
  await content.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

/** The text of the function's file as the editor shows it. */
export async function shown(page) {
  return page.getByTestId('code-editor').locator('.cm-content').innerText();
}
