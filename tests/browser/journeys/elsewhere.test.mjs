// Would it run on another cloud: tried by a person, on the page of the function.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { launch, says, stage, type, visit } from '../page.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const FILES = {
  'greeter/lambda_function.py': `import os

try:
    import boto3
except ImportError:
    boto3 = None


def lambda_handler(event, context):
    return {"said": "hello " + event["name"], "left": os.environ["AWS_REGION"] if event.get("ask") else True}
`,
  'count/__main__.py': 'def main(args):\n    return {"words": len(args["text"].split())}\n',
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const row = (page, provider) => page.locator(`[data-testid="ported"][data-provider="${provider}"]`);

async function tried(page) {
  await page.getByTestId('portability-run').click();
  await page.locator('[data-testid="portability"][data-running="false"]').getByTestId('ported').first().waitFor({ timeout: 60_000 });
}

test('a function is tried elsewhere, and the adapter it takes is there to be copied', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit(page, 'greeter');
  await type(page, 'event-editor', '{"name": "pea"}');
  await page.getByTestId('tab-elsewhere').click();
  await page.getByTestId('portability-empty').waitFor();
  await tried(page);
  await says(row(page, 'gcp'), 'runs through an adapter');
  assert.equal(await row(page, 'azure').getAttribute('data-verdict'), 'not_tried', 'its library is not installed here');
  await says(row(page, 'azure'), 'azure-functions is not installed for it: pip install azure-functions');
  await row(page, 'gcp').getByTestId('ported-open').focus();
  await page.keyboard.press('Enter');
  await says(row(page, 'gcp').getByTestId('adapter'), 'from lambda_function import lambda_handler');
  await row(page, 'gcp').getByTestId('adapter-copy').click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /def main\(request\):/);
  await says(page.getByTestId('tie'), 'boto3');
  assert.deepEqual(await host.rpc('invocations', { function: null, minutes: null, status: null, search: null, before: null, limit: 10 }), [], 'nothing of it is recorded');

  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations'] }));
  assert.deepEqual(violations.map(({ id }) => id), []);
});

test('what stands in the way is the error itself', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await visit(page, 'greeter');
  await type(page, 'event-editor', '{"name": "pea", "ask": true}');
  await page.getByTestId('tab-elsewhere').click();
  await tried(page);
  await says(row(page, 'knative'), "KeyError: 'AWS_REGION'");
  await row(page, 'knative').getByTestId('ported-open').click();
  await says(row(page, 'knative').getByTestId('ported-log'), 'Traceback');
});
