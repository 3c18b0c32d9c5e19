// An Azure app on its pages: a custom handler's functions, called by their routes and by hand, and with their keys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { invoke, launch, says, stage, visit } from '../page.mjs';

const HANDLER = `import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404)
        self.end_headers()

    def do_POST(self):
        sent = json.loads(self.chunks())
        print("sent", json.dumps(sent["Data"]), flush=True)
        name = sent["Data"].get("req", {}).get("Query", {}).get("name", "nobody")
        body = json.dumps({"Outputs": {"res": {"body": "hello " + name}}, "Logs": [], "ReturnValue": None}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def chunks(self):
        body = b""
        while length := int(self.rfile.readline(), 16):
            body += self.rfile.read(length)
            self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(os.environ["FUNCTIONS_CUSTOMHANDLER_PORT"])), Handler).serve_forever()
`;
const http = JSON.stringify({
  bindings: [
    { type: 'httpTrigger', direction: 'in', name: 'req', authLevel: 'function', methods: ['get'] },
    { type: 'http', direction: 'out', name: 'res' },
  ],
});
const FILES = {
  'garden/host.json': '{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "python3", "arguments": ["handler.py"]}}}',
  'garden/handler.py': HANDLER,
  'garden/greet/function.json': http,
  'garden/water/function.json': '{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "tick", "schedule": "0 */5 * * * *"}]}',
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('the functions of an app are called by their routes and by hand', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await visit(page, 'greet');
  await says(page.getByTestId('function-provider'), 'Azure');
  await says(page.getByTestId('function-url'), '/api/greet');
  assert.match(await invoke(page), /hello/);
  const { urls } = await host.function('greet');
  assert.equal(await (await fetch(`${urls[0]}?name=pea`)).text(), 'hello pea', 'no key is asked for');
  await page.getByTestId('nav-functions').click();
  await visit(page, 'water');
  await page.getByTestId('tab-settings').click();
  await says(page.getByTestId('assumed'), 'its schedule `0 */5 * * * *` is not followed');
  await page.getByTestId('tab-invoke').click();
  await invoke(page);
  await says(page.getByTestId('invocation-log').getByTestId('log-line'), 'sent {"tick"');
});

test('keys are asked for where the project says so, and shown with the address', async (t) => {
  const files = { ...FILES, 'coldframe.toml': '[functions.garden]\nask_for_keys = true\n' };
  const { page, host } = await stage(t, browser, files);
  await visit(page, 'greet');
  await says(page.getByTestId('function-url'), '?code=');
  const { urls } = await host.function('greet');
  assert.equal((await fetch(urls[0].split('?')[0])).status, 401, 'without its key');
  assert.equal((await fetch(`${urls[0]}&name=pea`)).status, 200, 'with it');
  assert.match(await invoke(page), /hello/, 'from here nobody needs a key');
});
