// The page of serverless and always-on in the real window, from its first row to its last.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { Project } from '../../stage/project.mjs';
import { Window } from '../window.mjs';

const VISITS = readFileSync(new URL('../../../sample-functions/visits/lambda_function.py', import.meta.url), 'utf8');
/** Long: every row, one after the other, on a machine that may be busy. */
const PATIENCE = 180_000;

test('every row of the table happens to a function, one after the other', async (t) => {
  const project = new Project({ 'visits/lambda_function.py': VISITS, '.coldframe/events/visits/a-visit.json': '{ "work_ms": 1 }' });
  defer(t, () => project.remove());
  const window = await Window.open(project.folder);
  defer(t, () => window.end());
  await (await window.sees('nav-sidebyside')).click();
  await window.sees('sidebyside-page', '[data-done="0"]');
  await (await window.sees('side-guess-0-serverless')).click();
  await (await window.sees('side-guess-1-serverless')).click();
  await (await window.sees('sides-all')).click();
  await window.sees('side-row', '[data-state="running"]');
  await window.sees('side-row', '[data-state="waiting"]');
  await window.at('sidebyside-page', '[data-running=""][data-done="12"]').waitForExist({ timeout: PATIENCE, timeoutMsg: 'not every row was done' });

  assert.equal(await window.count('side-failure'), 0, 'no row came to nothing');
  assert.equal(await window.count('side-row', '[data-row="administration"][data-state="open"]'), 1, 'hours are for a person to say');
  assert.equal(await window.count('side-sentence'), 13);
  assert.equal(await window.count('summary-row', '[data-row="statelessness"][data-better="always_on"]'), 1, 'what is kept in memory is lost');
  assert.equal(await window.count('summary-row', '[data-row="idle"][data-better="serverless"]'), 1, 'what nobody calls costs nothing');
  await window.says('side-verdict-0', 'You said serverless');
  await window.says('meter-always-on-usd', '$0.000');
  await (await window.sees('side-details')).$('summary').click();
  await window.says('side-details', 'first answers');
  assert.equal(await window.at('sides-export').isEnabled(), true);
});
