// Changing code, in the app and behind its back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GREETER, greeter } from '../../stage/project.mjs';
import { invoke, launch, says, shown, stage, type, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const saved = (page, outcome) => page.locator(`[data-testid="save-state"][data-outcome="${outcome}"]`).waitFor();

test('code edited in the app is saved, reloads, and answers', async (t) => {
  const { page, project } = await stage(t, browser);
  await visit(page, 'greeter');
  assert.match(await invoke(page), /Hello, world/);
  await type(page, 'code-editor', greeter('Servus'));
  await page.locator('[data-testid="code-card"][data-dirty="true"]').waitFor();
  await page.keyboard.press('Control+s');
  await page.locator('[data-testid="code-card"][data-dirty="false"]').waitFor();
  assert.equal(project.read(GREETER), greeter('Servus'), 'the file on disk is what was typed');
  await saved(page, 'ok');
  await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();
  assert.match(await invoke(page), /Servus, world/);
  assert.equal(await page.getByTestId('result-cold').count(), 0, 'the new code was started before the call');

  await page.getByTestId('tab-reloads').click();
  await page.locator('[data-testid="reload-row"][data-outcome="ok"]').waitFor();
});

test('code edited on disk reloads, answers, and is what the editor shows', async (t) => {
  const { page, project } = await stage(t, browser);
  await visit(page, 'greeter');
  assert.match(await invoke(page), /Hello, world/);
  await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  project.write(GREETER, greeter('Moin'));
  await page.locator('[data-testid="toast"][data-tone="good"]').waitFor();
  await says(page.getByTestId('code-editor').locator('.cm-content'), 'Moin');
  assert.match(await invoke(page), /Moin, world/);
});

test('code edited on disk before anybody called it is what the editor shows, and asks who is editing it', async (t) => {
  const { page, project } = await stage(t, browser, undefined, { complaints: [/status of 409/] });
  await visit(page, 'greeter');
  const text = page.getByTestId('code-editor').locator('.cm-content');
  await says(text, 'Hello');
  project.write(GREETER, greeter('Moin'));
  await says(text, 'Moin');
  await type(page, 'code-editor', greeter('Mine'));
  project.write(GREETER, greeter('Theirs'));
  await page.getByTestId('conflict').waitFor();
  await page.getByTestId('code-editor').locator('.cm-content').click();
  await page.keyboard.press('Control+s');
  await page.locator('[data-testid="conflict-compare"]:focus').waitFor();
  assert.equal(project.read(GREETER), greeter('Theirs'), 'a save leads to what is to be decided');
});

test('a broken save shows file and line while the old code answers', async (t) => {
  const { page, host } = await stage(t, browser);
  await visit(page, 'greeter');
  assert.match(await invoke(page), /Hello, world/);
  const broken = 'WORD = "x"\n\ndef lambda_handler(event, context)\n    return WORD\n';
  await type(page, 'code-editor', broken);
  await page.keyboard.press('Control+s');
  await says(page.getByTestId('problem').getByTestId('problem-place'), `${GREETER}:3`);
  await page.getByTestId('code-problem-line').waitFor();
  await saved(page, 'init_failed');
  assert.match(await invoke(page), /Hello, world/);
  assert.match((await host.invoke('greeter', {})).body, /Hello, nobody/, 'callers notice nothing');

  await type(page, 'code-editor', greeter('Mended'));
  await page.keyboard.press('Control+s');
  await page.getByTestId('problem').waitFor({ state: 'detached' });
  await saved(page, 'ok');
  assert.match(await invoke(page), /Mended, world/);
});

test('a broken save that is undone is no longer told of', async (t) => {
  const { page } = await stage(t, browser);
  await visit(page, 'greeter');
  await invoke(page);
  await page.getByTestId('code-editor').locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('def (:\n');
  await page.keyboard.press('Control+s');
  await page.locator('[data-testid="toast"][data-tone="bad"]').waitFor();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+s');
  await page.getByTestId('problem').waitFor({ state: 'detached' });
  await page.locator('[data-testid="toast"][data-tone="bad"]').waitFor({ state: 'detached' });
});

test('an edit made elsewhere is never written over unasked', async (t) => {
  const { page, project } = await stage(t, browser, undefined, { complaints: [/status of 409/] });
  await visit(page, 'greeter');
  await invoke(page);
  await type(page, 'code-editor', greeter('Mine'));
  project.write(GREETER, greeter('Theirs'));
  await page.getByTestId('conflict').waitFor();
  await page.keyboard.press('Control+s');
  await page.getByTestId('conflict').waitFor();
  assert.equal(project.read(GREETER), greeter('Theirs'), 'a plain save does not overwrite');

  await page.getByTestId('conflict-compare').click();
  const diff = page.getByTestId('conflict-diff');
  await says(diff.locator('.del'), 'WORD = "Theirs"');
  await says(diff.locator('.add'), 'WORD = "Mine"');
  await page.getByTestId('conflict-overwrite').click();
  await page.getByTestId('conflict').waitFor({ state: 'detached' });
  await diff.waitFor({ state: 'detached' });
  assert.equal(project.read(GREETER), greeter('Mine'));

  await type(page, 'code-editor', greeter('Mine again'));
  project.write(GREETER, greeter('Theirs again'));
  await page.getByTestId('conflict').waitFor();
  await page.getByTestId('conflict-reload').click();
  await page.locator('[data-testid="code-card"][data-dirty="false"]').waitFor();
  assert.match(await shown(page), /Theirs again/);
});

test('the files of a function stand in their folders, and are chosen by keys', async (t) => {
  const { page } = await stage(t, browser, { [GREETER]: greeter('Hello'), 'greeter/lib/words.py': 'WORDS = 1\n', 'greeter/lib/deep/more.py': 'MORE = 2\n' });
  await visit(page, 'greeter');
  await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  await page.getByTestId('file-menu').click();
  await page.getByTestId('file-menu-menu').waitFor();
  const rows = await page.locator('[data-testid="file-menu-folder"], [data-testid="file-menu-item"]').allInnerTexts();
  assert.deepEqual(rows.map((row) => row.split('\n')[0].trim()), ['lib/', 'deep/', 'more.py', 'words.py', 'lambda_function.py']);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await says(page.getByTestId('code-editor').locator('.cm-content'), 'WORDS');
});
