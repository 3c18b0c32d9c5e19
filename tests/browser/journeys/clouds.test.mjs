// Functions of other clouds on their pages: where they answer, what they are sent to begin with, and the call copied.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { invoke, launch, says, stage, type, visit } from '../page.mjs';

const run = promisify(execFile);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const MAIN = `import functions_framework

@functions_framework.http
def greet(request):
    return f"{request.method} {request.path} {(request.get_json(silent=True) or {}).get('name', 'nobody')}"

@functions_framework.cloud_event
def stored(event):
    print("stored", event.data["name"])
`;
const ACTION = `def main(args):
    return {"hello": args.get("name", "nobody")}
`;
const FILES = { 'google/main.py': MAIN, 'count/__main__.py': ACTION };

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function example(page, id) {
  await page.getByTestId('event-menu').click();
  await page.locator(`[data-testid="event-menu-item"][data-value="template-${id}"]`).click();
}

async function copied(page, kind) {
  await page.getByTestId('event-copy').click();
  await page.locator(`[data-testid="event-copy-item"][data-value="${kind}"]`).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  return (await run('sh', ['-c', command])).stdout;
}

test('a Google function is sent a request, and answers at the address it shows', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit(page, 'greet');
  await says(page.getByTestId('function-provider'), 'Google Cloud');
  await says(page.getByTestId('function-url'), `${host.gcp.replace('127.0.0.1', 'localhost')}/greet/`);
  assert.match(await invoke(page), /GET \/ nobody/);
  await example(page, 'post');
  assert.match(await invoke(page), /POST \/ world/);
  assert.match(await copied(page, 'curl'), /POST \/ world/);
  await page.getByTestId('tab-settings').click();
  await says(page.getByTestId('tab-panel'), 'each has up to 80 calls at once');
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations'] }));
  assert.deepEqual(violations.map(({ id }) => id), []);
});

test('a request is written in fields, which are its JSON', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await visit(page, 'greet');
  await page.getByTestId('request-path').fill('/beds?row=2');
  await page.getByTestId('request-method').selectOption('PUT');
  await page.getByTestId('request-add-header').click();
  await page.locator('[data-testid="request-header-name"]:focus').fill('content-type');
  await page.getByTestId('request-header-value').fill('application/json');
  await type(page, 'request-body', '{"name": "Ada"}');
  assert.match(await invoke(page), /PUT \/beds Ada/);
  await page.getByTestId('event-face-json').click();
  await says(page.getByTestId('event-editor'), '"content-type": "application/json"');
  await type(page, 'event-editor', '{"path": "/", "query": {}}');
  await page.getByTestId('event-face').waitFor({ state: 'detached' });
  await type(page, 'event-editor', '{"method": "PURGE", "path": "/cache"}');
  await page.getByTestId('event-face-form').click();
  assert.equal(await page.getByTestId('request-path').inputValue(), '/cache');
  assert.match(await invoke(page), /PURGE \/cache nobody/);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0]?.html]), []);
});

test('an event function begins with a CloudEvent', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await visit(page, 'stored');
  await says(page.getByTestId('event-editor'), 'google.cloud.storage.object.v1.finalized');
  assert.match(await invoke(page), /OK/);
  await says(page.getByTestId('invocation-log').getByTestId('log-line'), 'stored pea.jpg');
});

test('an action takes parameters, from here and from its API', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit(page, 'count');
  await says(page.getByTestId('function-provider'), 'IBM Cloud');
  assert.match(await invoke(page), /"hello": ?"world"/);
  assert.deepEqual(JSON.parse(await copied(page, 'curl')), { hello: 'world' });
});
