// The first minutes: from nothing to a recorded call of code that was changed, with as little as can be done.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { Host } from '../../stage/host.mjs';
import { Project, temporary } from '../../stage/project.mjs';
import { launch, open, says } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A host on a folder that holds no function, for a person who has nothing yet. */
async function nothing(t, complaints) {
  const project = new Project({ 'README.md': 'nothing yet\n' });
  defer(t, () => project.remove());
  const own = new Project({ '.profile': '' });
  defer(t, () => own.remove());
  const host = await Host.start(project.folder, { env: { HOME: own.folder } });
  defer(t, () => host.end());
  const page = await open(t, browser, host.link, { complaints });
  await page.getByTestId('no-functions').waitFor();
  return { page, host, project, own };
}

test('from nothing to a recorded call of changed code: two clicks, one edit, one key', async (t) => {
  const { page, host, own } = await nothing(t);
  await page.getByTestId('open-samples').click();
  await says(page.getByTestId('function-name'), 'hello');
  const code = page.getByTestId('code-editor').locator('.cm-content');
  await says(code, 'GREETING');
  await says(page.getByTestId('event-editor').locator('.cm-content'), 'Ada');

  await code.click();
  const edited = (await readText(own)).replace('"Hello")', '"Servus")');
  assert.notEqual(edited, await readText(own), 'the sample has a greeting to change');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(edited);
  await says(page.getByTestId('invoke'), 'Save and invoke');
  await page.keyboard.press('Control+Enter');
  await says(page.getByTestId('result-body'), 'Servus, Ada');
  await page.getByTestId('recent-row').waitFor();
  await says(page.getByTestId('result'), /cold start here; in the cloud it would take ≈ \d+–\d+ ms/);
  await says(page.getByTestId('recent'), /cold start here; in the cloud it would take/);
  assert.equal(await readText(own), edited, 'what was called is on disk');

  const recorded = await host.rpc('invocations', { function: null, minutes: null, status: null, search: null, before: null, limit: 10 });
  assert.deepEqual(recorded.map((row) => [row.function, row.status]), [['hello', 'ok']]);

  // From now on a save reloads: the call waits for the new code, and for nothing else.
  await code.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(edited.replace('Servus', 'Moin'));
  await page.keyboard.press('Control+Enter');
  await says(page.getByTestId('result-body'), 'Moin, Ada');
  await says(page.getByTestId('result'), /warm here; in the cloud a deployment would start cold: ≈ \d+–\d+ ms more/);
  await says(page.getByTestId('recent'), /in the cloud a deployment would start cold/);
  assert.match(await page.getByTestId('fact-deployed-basis').innerText(), /AWS's own start of python/);

  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('def lambda_handler(event, context)\n    return 1\n');
  await page.keyboard.press('Control+Enter');
  await page.locator('[data-testid="save-state"][data-outcome="init_failed"]').waitFor();
  const calls = await host.rpc('invocations', { function: null, minutes: null, status: null, search: null, before: null, limit: 10 });
  assert.equal(calls.length, 2, 'code that does not start is not called');
});

const readText = (own) => readFileSync(join(own.folder, 'coldframe-samples/hello/lambda_function.py'), 'utf8');

test('a new function is made from a template and answers at once', async (t) => {
  const { page, project } = await nothing(t);
  await page.getByTestId('new-function-open').click();
  await says(page.getByTestId('new-file'), `${project.folder}/hello/lambda_function.py`);
  await page.getByTestId('new-submit').click();
  await says(page.getByTestId('function-name'), 'hello');
  await says(page.getByTestId('code-editor').locator('.cm-content'), 'GREETING');
  await page.getByTestId('invoke').click();
  await says(page.getByTestId('result-body'), 'Hello, world!');
});

test('a template of another cloud and language, in a folder that is not there yet', async (t) => {
  const { page, own } = await nothing(t);
  await page.getByTestId('new-function-open').click();
  await page.getByTestId('new-provider-vercel').click();
  await page.getByTestId('new-name').fill('greet');
  await page.getByTestId('new-folder').fill(`${own.folder}/site`);
  await says(page.getByTestId('new-file'), `${own.folder}/site/api/greet.py`);
  await page.keyboard.press('Enter');
  await says(page.getByTestId('function-name'), 'api-greet');
  await says(page.getByTestId('sidebar-project'), 'site');
  await page.getByTestId('invoke').click();
  await says(page.getByTestId('result-body'), 'Hello, world!');
});

test('a name that is taken or fits nobody is refused, and nothing is written over', async (t) => {
  const { page, project } = await nothing(t, [/400 \(Bad Request\)/]);
  project.write('greet/lambda_function.py', 'def lambda_handler(event, context):\n    return 1\n');
  await page.locator('[data-testid="function-row"][data-name="greet"]').waitFor();
  await page.getByTestId('new-function-open').click();
  await page.getByTestId('new-name').fill('Greet');
  await says(page.getByTestId('new-problem'), 'called greet already, in greet');
  assert.ok(await page.getByTestId('new-submit').isDisabled());
  await page.getByTestId('new-name').fill('über uns');
  await says(page.getByTestId('new-problem'), 'letters, digits, - and _');
  assert.ok(await page.getByTestId('new-submit').isDisabled());
  for (const [field, what] of [['new-name', 'A name is missing'], ['new-folder', 'A folder is missing']]) {
    const input = page.getByTestId(field);
    const before = await input.inputValue();
    await input.fill(' ');
    await says(page.getByTestId('new-problem'), what);
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    assert.equal(await input.getAttribute('aria-describedby'), await page.getByTestId('new-problem').getAttribute('id'));
    assert.ok(await page.getByTestId('new-submit').isDisabled());
    await input.fill(field === 'new-name' ? 'fine' : before);
  }
  assert.equal(await page.getByTestId('new-problem').innerText(), '');
  await page.getByTestId('new-folder').fill('somewhere');
  await page.getByTestId('new-name').fill('fine');
  await page.getByTestId('new-submit').click();
  await says(page.getByTestId('new-problem'), 'write the whole path');
  assert.match(project.read('greet/lambda_function.py'), /return 1/);
});
