// The first things a person does with the app, in the real window.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { eventually } from '../../stage/processes.mjs';
import { GREETER, greeter, Project } from '../../stage/project.mjs';
import { wheel } from '../../stage/wheel.mjs';
import { Window } from '../window.mjs';

async function stage(test) {
  const project = new Project({ [GREETER]: greeter('Hello') });
  defer(test, () => project.remove());
  const window = await Window.open(project.folder);
  defer(test, () => window.end());
  return { project, window };
}

/** What a host that ended by itself does not leave: calls not yet in the record, and word of where it listens. */
function unfinished(window) {
  return readdirSync(window.data).filter((name) => name === 'host.json' || name.startsWith('journal-'));
}

test('a function is called, edited in the app and on disk, and nothing is left when the window closes', async (t) => {
  const { project, window } = await stage(t);
  await window.says('sidebar-project', project.name);
  assert.deepEqual(window.functions(), [], 'opening a folder runs nothing of it');

  await window.visit('greeter');
  assert.match(await window.invoke(), /Hello, world/);
  await window.sees('result-cold');
  for (const phase of ['spawn', 'boot', 'init', 'handler']) {
    const element = await window.sees('phase', `[data-phase="${phase}"]`);
    assert.ok(Number(await element.getAttribute('data-ms')) > 0, `${phase} took time`);
  }
  await window.says('invocation-log', 'greeting world');
  await window.says('invocation-log', 'Init Duration');
  assert.equal(window.functions().length, 1, 'the function has a process of its own');

  await window.append('WORD = "Servus"');
  await window.sees('code-card', '[data-dirty="true"]');
  await window.page.keys(['Control', 's']);
  await window.sees('save-state', '[data-outcome="ok"]');
  assert.equal(project.read(GREETER), `${greeter('Hello')}WORD = "Servus"`, 'the file on disk is what was typed');
  assert.match(await window.invoke(), /Servus, world/);
  assert.equal(await window.at('result-cold').isExisting(), false, 'the new code was started before the call');

  project.write(GREETER, greeter('Moin'));
  await window.says('code-editor', 'Moin');
  await window.at('tab-reloads').click();
  await eventually('both reloads are listed', async () => (await window.count('reload-row', '[data-outcome="ok"]')) === 2);
  await window.at('tab-invoke').click();
  assert.match(await window.invoke(), /Moin, world/);

  assert.ok(window.functions().length > 0, 'there is something that could be left behind');
  window.close();
  await window.gone();
  assert.deepEqual(unfinished(window), [], 'everything is in the record, and no host is announced');
});

test('asked to end, the app closes its record and leaves nothing', async (t) => {
  const { window } = await stage(t);
  await window.visit('greeter');
  await window.invoke();
  assert.equal(window.functions().length, 1);
  process.kill(window.pid, 'SIGTERM');
  await window.gone();
  assert.deepEqual(unfinished(window), [], 'everything is in the record, and no host is announced');
});

test('the menu\'s Quit by its keys closes the record and leaves nothing', async (t) => {
  const { window } = await stage(t);
  await window.visit('greeter');
  await window.invoke();
  assert.equal(window.functions().length, 1);
  window.press('q');
  await window.gone();
  assert.deepEqual(unfinished(window), [], 'everything is in the record, and no host is announced');
});

test('killed, the app leaves no function process', async (t) => {
  const { window } = await stage(t);
  await window.visit('greeter');
  await window.invoke();
  assert.equal(window.functions().length, 1);
  process.kill(window.pid, 'SIGKILL');
  await eventually('no function is left', () => window.functions().length === 0, 2_000);
  await window.gone();
});

const HELLO = `from http.server import BaseHTTPRequestHandler

import seeds


class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(f"a {seeds.KIND} for {self.path}".encode())
`;

test("a newcomer's Vercel function is installed with what it lacks, and called", async (t) => {
  const project = new Project({ 'api/hello.py': HELLO, 'requirements.txt': '--no-index\n--find-links wheels\nseeds==1.0\n' });
  defer(t, () => project.remove());
  wheel(project.folder);
  const window = await Window.open(project.folder);
  defer(t, () => window.end());
  await window.visit('api-hello');
  await window.says('problem', 'seeds is not installed where it runs');
  await window.at('install').click();
  await window.sees('job', '[data-state="done"]');
  assert.match(await window.invoke(), /a pea for \/api\/hello/);
  await window.at('request-path').setValue('/api/hello?name=Ada');
  assert.match(await window.invoke(), /a pea for \/api\/hello\?name=Ada/);
});
