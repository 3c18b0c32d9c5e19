// What is around the pages, in the real window: one window for all of it, in the order a person might do it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { eventually } from '../../stage/processes.mjs';
import { GREETER, greeter, Project } from '../../stage/project.mjs';
import { Window } from '../window.mjs';

let project;
let window;
before(async () => {
  project = new Project({ [GREETER]: greeter('Hello') });
  window = await Window.open(project.folder, { arguments: ['--open', 'coldframe://settings?part=notifications'] });
});
after(async () => {
  await window?.end();
  project.remove();
});

const app = (page) => window.sees('app', `[data-page="${page}"]`);

async function command(text) {
  await window.page.keys(['Control', 'k']);
  await (await window.sees('palette-input')).setValue(text);
  await window.page.keys('Enter');
}

test('a link given at the start is opened, and what is set there is kept', async () => {
  await app('settings');
  const toggle = await window.sees('notify-crashed');
  await toggle.click();
  await window.sees('notify-crashed', '[aria-checked="false"]');
  assert.equal(JSON.parse(readFileSync(`${window.data}/settings.json`, 'utf8')).notify.crashed, false);
});

test('shortcuts lead to the pages, and a question mark lists them', async () => {
  await window.page.keys(['Control', '1']);
  await app('functions');
  await window.page.keys(['Control', '2']);
  await app('timeline');
  await window.page.keys('?');
  await window.says('shortcuts', 'Timeline');
  await window.page.keys('Escape');
});

test('the palette finds a function, and what is chosen in the native menu is done in the page', async () => {
  await command('greeter');
  await window.says('function-name', 'greeter');
  // As the shell does it when an item of the native menu is chosen.
  await window.page.execute(() => dispatchEvent(new CustomEvent('coldframe-action', { detail: 'tab-logs' })));
  await window.sees('tab-panel', '[data-tab="logs"]');
});

test('a call and an edit: Invoke saves, waits for the new code and says what a deployment would have cost', async () => {
  await window.at('tab-invoke').click();
  assert.match(await window.invoke(), /Hello, world/);
  await window.append('WORD = "Servus"');
  await window.says('invoke', 'Save and invoke');
  assert.match(await window.invoke(), /Servus, world/);
  await window.says('result', 'in the cloud a deployment would start cold');
});

test('paused, nothing is called; resumed, it is', async () => {
  await window.at('status-pause').click();
  await window.says('paused', 'take no call');
  await window.at('resume').click();
  await window.page.waitUntil(async () => (await window.count('paused')) === 0);
  assert.match(await window.invoke(), /Servus, world/);
});

test('a new function is made in the open project', async () => {
  await command('new function');
  await window.sees('new-name');
  await window.at('new-submit').click();
  await window.says('function-name', 'hello');
  assert.match(await window.invoke(), /Hello, world!/);
});

test('calls are found by a search, and lines of the log by theirs', async () => {
  await window.page.keys(['Control', '4']);
  await app('invocations');
  await window.sees('invocation-row');
  await (await window.sees('search')).setValue('fn:hello');
  await eventually('it was called once', async () => (await window.count('invocation-row')) === 1);
  await window.at('invocation-open').click();
  await window.says('invocation-detail', 'copy link');
  await window.page.keys(['Control', '6']);
  await app('logs');
  await (await window.sees('search')).setValue('"greeting world" -stream:platform');
  await eventually('only such lines are left', async () => (await window.count('log-line', '[data-stream="stdout"]')) > 0 && (await window.count('log-line', '[data-stream="platform"]')) === 0);
});

test('a second of traffic is sent and kept', async () => {
  await window.page.keys(['Control', '3']);
  await app('load');
  await (await window.sees('load-rate')).setValue('5');
  await window.at('load-seconds').setValue('1');
  await window.at('load-start').click();
  await window.sees('load-detail', '[data-state="done"]');
  const sent = await window.sees('load-sent');
  assert.equal(await sent.getAttribute('data-value'), '5');
});

test('the timeline shows the instances, and puts them to sleep', async () => {
  await window.page.keys(['Control', '2']);
  await app('timeline');
  await window.sees('lane');
  await command('put every function to sleep');
  await window.says('status-instances', '0 instances');
});
