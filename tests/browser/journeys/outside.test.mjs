// A file opened in the person's own editor: the one they said, at the line they were at.

import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { GREETER } from '../../stage/project.mjs';
import { launch, says, stage, visit } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A program that notes what it was given, beside the project. */
function editor(project, name, ends = 0) {
  project.write(name, `#!/bin/sh\nprintf '%s\\n' "$@" > "${join(project.folder, 'told')}"\nexit ${ends}\n`);
  chmodSync(join(project.folder, name), 0o755);
  return join(project.folder, name);
}

test('the file on screen is opened at its line in the editor that was set', async (t) => {
  const { page, project } = await stage(t, browser, undefined, { complaints: [/status of 400/, /status of 500/] });
  const own = editor(project, 'own-editor');
  await page.locator('[data-testid="function-row"]').waitFor();
  await page.keyboard.press('Control+,');
  const command = page.getByTestId('editor-command');
  await command.fill('no-such-editor {file}');
  await command.press('Enter');
  await says(page.getByTestId('editor-refused'), 'no program no-such-editor');
  await command.fill(`${own} --line {line} {file}`);
  await command.press('Enter');
  await page.getByTestId('editor-refused').waitFor({ state: 'detached' });
  await page.reload();
  await command.waitFor();
  assert.equal(await command.inputValue(), `${own} --line {line} {file}`, 'it is kept');

  await page.keyboard.press('Control+1');
  await visit(page, 'greeter');
  const content = page.getByTestId('code-editor').locator('.cm-content');
  await content.locator('.cm-line').nth(3).click();
  await page.keyboard.press('Control+e');
  await says(page.getByTestId('toast'), `Opened in ${own}`);
  assert.equal(project.read('told'), `--line\n4\n${join(project.folder, GREETER)}\n`);
  assert.ok(!existsSync(join(project.folder, 'greeter/told')), 'nothing was written elsewhere');
});

test('an editor that fails is said to have failed', async (t) => {
  const { page, host, project } = await stage(t, browser, undefined, { complaints: [/status of 500/, /status of 400/] });
  await host.rpc('set_editor', { command: `${editor(project, 'failing', 3)} {file}` });
  await visit(page, 'greeter');
  await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  await page.getByTestId('open-outside').click();
  await says(page.getByTestId('toast'), 'Not opened');
  await says(page.getByTestId('toast'), 'Settings, Editor says how it is started');
});

test('long news stays within the window, and can be dismissed there', async (t) => {
  const { page, host, project } = await stage(t, browser, undefined, { complaints: [/status of 500/, /status of 400/] });
  await host.rpc('set_editor', { command: `${editor(project, `failing-${'very-'.repeat(30)}long`, 3)} {file}` });
  await visit(page, 'greeter');
  await page.getByTestId('code-editor').locator('.cm-content').waitFor();
  for (const [width, height] of [[1440, 900], [1024, 700]]) {
    await page.setViewportSize({ width, height });
    await page.getByTestId('open-outside').click();
    await says(page.getByTestId('toast'), 'Settings, Editor says how it is started');
    const box = await page.getByTestId('toast').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width, `${JSON.stringify(box)} within ${width}`);
    const words = await page.getByTestId('toast').locator('.words').boundingBox();
    assert.ok(words.x + words.width <= box.x + box.width, `the words are within it: ${JSON.stringify([words, box])}`);
    await page.getByTestId('toast-dismiss').click({ timeout: 2_000 });
    await page.getByTestId('toast').waitFor({ state: 'detached' });
  }
});
