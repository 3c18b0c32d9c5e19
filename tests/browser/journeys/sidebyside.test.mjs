// Serverless and always-on: every row of the table made to happen to a function for which the outcome is known, the table
// kept and exported; and what is asked before calls are made twice.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';

import { defer } from '../../stage/defer.mjs';
import { temporary } from '../../stage/project.mjs';
import { launch, open, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const VISITS = readFileSync(new URL('../../../sample-functions/visits/lambda_function.py', import.meta.url), 'utf8');
const FILES = {
  'template.yaml': `Transform: AWS::Serverless-2016-10-31
Resources:
  visits:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: visits, CodeUri: visits, Handler: lambda_function.lambda_handler, Runtime: python3.12, Timeout: 1 }
`,
  'visits/lambda_function.py': VISITS,
  '.coldframe/events/visits/a-visit.json': '{ "work_ms": 1 }',
  '.coldframe/events/visits/long.json': '{ "work_ms": 1500 }',
};
/** Chromium says so of what a host refuses. */
const REFUSED = [/status of 4\d\d/];

/** A row takes its time, and more on a machine that is too busy for it at first. */
const BUSY = 120_000;

const row = (page, kind) => page.locator(`[data-testid="side-row"][data-row="${kind}"]`);
const figure = (page, kind, side) => row(page, kind).getByTestId(`side-figure-${side}`).locator('.figure').innerText();
/** Presses its button, and waits for what comes of it; `often` times, where this machine may be too busy for it. */
async function happen(page, kind, often = 1) {
  const before = await row(page, kind).getAttribute('data-at');
  await row(page, kind).getByTestId('side-run').click();
  await page.waitForFunction(([kind, before]) => {
    const { state, at } = document.querySelector(`[data-testid="side-row"][data-row="${kind}"]`).dataset;
    return state === 'failed' || (['done', 'open'].includes(state) && at !== before);
  }, [kind, before], { timeout: BUSY });
  const failed = await row(page, kind).getByTestId('side-failure').count();
  if (failed > 0 && often > 1) return happen(page, kind, often - 1);
  assert.equal(failed, 0, `${kind} comes to something`);
  return { serverless: await figure(page, kind, 'serverless'), alwaysOn: await figure(page, kind, 'always_on'), said: await row(page, kind).getByTestId('side-sentence').innerText() };
}
const better = (page, kind) => page.locator(`[data-testid="summary-row"][data-row="${kind}"]`).getAttribute('data-better');
async function detail(page, kind, label) {
  const details = row(page, kind).getByTestId('side-details');
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  return details.locator('tr').filter({ hasText: label }).locator('td').allInnerTexts();
}

/** As the rows write it: `73 s`, `2.8 min`. */
const seconds = (text) => Number.parseFloat(text) * { ms: 0.001, s: 1, min: 60, h: 3600 }[/[a-z]+/.exec(text)[0]];

/** What each row comes to for a function that counts in memory and in a file, and is ended after a second. */
const ROWS = {
  provisioning: async (page) => {
    const { alwaysOn } = await happen(page, 'provisioning');
    assert.match(alwaysOn, /^8\d s$/, 'boot and deploy of a machine are the book\'s');
    assert.equal(await better(page, 'provisioning'), 'serverless');
    await says(row(page, 'provisioning').getByTestId('side-sourced'), 'a machine boots in 26 s');
    assert.doesNotMatch(await row(page, 'provisioning').getByTestId('side-sourced').innerText(), /deploy/, 'nobody is a source of what a deployment takes');
    assert.match((await detail(page, 'provisioning', 'before that'))[1], /60 s deploy \(assumed\)/);
    await row(page, 'provisioning').getByTestId('side-deploy').fill('240');
    const own = await happen(page, 'provisioning');
    assert.match(own.alwaysOn, /^4\.\d min$/, 'the person\'s own figure counts');
    assert.match((await detail(page, 'provisioning', 'before that'))[1], /240 s deploy \(your figure\)/);
    await row(page, 'provisioning').getByTestId('side-deploy').fill('');
  },
  idle: async (page) => {
    const { serverless, alwaysOn } = await happen(page, 'idle');
    assert.equal(serverless, '+$0', 'a function nobody calls costs nothing');
    assert.match(alwaysOn, /^\+\$0\.0000\d+$/);
    await page.getByTestId('meter-always-on-usd').waitFor();
    await row(page, 'idle').getByTestId('side-course').waitFor();
  },
  scaling_out: async (page) => {
    const { said } = await happen(page, 'scaling_out');
    assert.match(said, /^Measured here: of ten times the calls, 10 at once, the last was answered after .* Simulated: .* calls queue\.$/);
    assert.deepEqual(await detail(page, 'scaling_out', 'measured or simulated'), ['measured here', 'simulated']);
    assert.deepEqual((await detail(page, 'scaling_out', 'growth'))[0], 'from 1 call at once to 10');
    const [work] = (await detail(page, 'scaling_out', 'a call before it'))[0].match(/^[\d.]+ ms of work/);
    assert.ok(Number.parseFloat(work) < 100, `a call is told to work for a millisecond: ${work}`);
  },
  scaling_to_zero: async (page) => {
    const { serverless, alwaysOn } = await happen(page, 'scaling_to_zero');
    assert.deepEqual([serverless, alwaysOn], ['about 6 min', 'never'], 'the figure is the plan\'s');
    await says(row(page, 'scaling_to_zero').getByTestId('side-figure-serverless'), 'where one second was set');
    assert.equal((await detail(page, 'scaling_to_zero', 'a second later'))[0], 'nothing');
    assert.equal((await detail(page, 'scaling_to_zero', 'its own idle time'))[0], '5 min', 'its own is put back');
  },
  utilisation: async (page) => {
    const { serverless, alwaysOn } = await happen(page, 'utilisation');
    assert.match(serverless, /^(over )?[\d.]+ %$/);
    const [worked, paid] = [await detail(page, 'utilisation', 'worked, all calls added up'), await detail(page, 'utilisation', 'paid for')];
    const share = (100 * Number.parseFloat(worked[0])) / Number.parseFloat(paid[0]);
    assert.ok(Math.abs(share - Number.parseFloat(serverless.replace('over ', ''))) < 3 + share / 10, `the headline is what the details give: ${serverless}, ${worked[0]} of ${paid[0]}`);
    const [, lived] = await detail(page, 'utilisation', 'a call was under way');
    const [, busy, time, processes] = lived.match(/^([\d.]+) % of the ([\d.]+ \w+) that its (\d+) processes lived/);
    assert.equal(alwaysOn, `${busy} %`);
    const machine = seconds(paid[1]);
    assert.ok(Math.abs(seconds(time) - processes * machine) < 0.1 * seconds(time), `one machine is paid for, with ${processes} processes: ${paid[1]}, ${lived}`);
    const had = (100 * Number.parseFloat(worked[1])) / seconds(time);
    assert.ok(Math.abs(had - busy) < 2 + had / 10, `each process has one call at a time: ${worked[1]} of ${lived}`);
  },
  billing: async (page) => {
    const { alwaysOn } = await happen(page, 'billing');
    assert.match(alwaysOn, /^\+[\d,]{4,} %$/, 'by the hour a few calls cost a multiple');
    assert.match((await detail(page, 'billing', 'of the time here, by an hour'))[1], /60 min|\d h/);
    await says(row(page, 'billing'), 'take longer there');
  },
  statelessness: async (page) => {
    const { serverless, alwaysOn } = await happen(page, 'statelessness');
    assert.deepEqual([serverless, alwaysOn], ['lost', 'kept']);
    assert.equal((await detail(page, 'statelessness', 'in_a_file'))[0], '1, 2, 3 | 1, 2, 3', 'the file goes with the instance');
  },
  availability: async (page) => {
    const { said } = await happen(page, 'availability');
    assert.match(said, /^Killing an instance cost its callers \d+ calls?; killing (the resident process|one of \d+ processes) \d+ calls?\. The next call was answered after/);
    assert.deepEqual(await detail(page, 'availability', 'calls'), ['40', '40'], 'both sides had the same calls');
    assert.deepEqual(await detail(page, 'availability', 'failed by themselves'), ['0', '0']);
  },
  steady_spiky: async (page) => {
    await page.getByTestId('side-calls').fill('1000');
    await page.getByTestId('side-guess-0-always_on').check();
    await page.getByTestId('side-guess-1-serverless').check();
    const claim = row(page, 'steady_spiky').getByTestId('side-claim');
    assert.equal(await claim.count() + await row(page, 'steady_spiky').getByTestId('side-sourced').count(), 0, 'the answer is not given away');
    const { serverless, said } = await happen(page, 'steady_spiky');
    await says(claim, 'It is said: ');
    assert.ok(await page.getByTestId('side-guess-0-serverless').isDisabled(), 'a guess is an answer given before');
    assert.equal(serverless, '$0', 'a thousand calls are within the free tier');
    assert.match(said, /^1,000 calls a month, evenly: AWS Lambda/);
    assert.match(said, /(cheaper below about [\d,]+( million)? calls a month|at every number of calls)/, 'it says which volumes are whose');
    const [plan, machine] = await detail(page, 'steady_spiky', 'the cheapest, evenly');
    assert.match(plan, /^\$0 \(AWS Lambda (arm64|x86)\)$/, 'each cell names its cheapest');
    await says(row(page, 'steady_spiky').getByTestId('side-figure-always_on'), machine.match(/\((.+)\)$/)[1]);
    await says(page.getByTestId('side-verdict-0'), 'You said always-on: it is serverless');
    await says(page.getByTestId('side-verdict-1'), 'right');
  },
  latency: async (page) => {
    let { serverless, alwaysOn, said } = await happen(page, 'latency', 4);
    // One slow answer of the process among eight, and nothing is claimed.
    for (let again = 0; again < 3 && (await better(page, 'latency')) === ''; again += 1) ({ serverless, alwaysOn, said } = await happen(page, 'latency', 4));
    assert.match(said, /^Half of the calls were answered within [\d.]+ m?s on serverless and [\d.]+ m?s on always-on\./);
    assert.match(serverless, /^p50 [\d.]+ m?s · from nothing [\d.]+ m?s$/, 'each figure says what it is');
    assert.match(alwaysOn, /^p50 [\d.]+ m?s$/);
    assert.equal((await detail(page, 'latency', 'a call from nothing')).length, 2);
    assert.equal(await better(page, 'latency'), 'always_on', `a start is beyond the noise: ${said}`);
    assert.equal(await row(page, 'latency').getByTestId('side-too-few').count(), 0, 'what is better here is a claim');
    await says(row(page, 'latency').getByTestId('side-details'), /the (second )?slowest of \d+/);
    await says(row(page, 'latency').getByTestId('side-details'), 'too few for 99 of 100');
    await says(page.getByTestId('meters-apart'), 'not sent to the other');
    const [cold, none] = await detail(page, 'latency', 'cold starts');
    assert.ok(Number(cold) >= 1 && none === 'none', `${cold} cold starts on the pool, ${none} on the process`);
  },
  long_work: async (page) => {
    const { serverless, said } = await happen(page, 'long_work');
    assert.equal(serverless, 'refused');
    assert.match(said, /Its own long event was ended after .*Sandbox\.Timedout/);
    await page.getByTestId('side-minutes').fill('5');
    assert.equal((await happen(page, 'long_work')).serverless, 'runs', 'five minutes fit');
  },
  administration: async (page) => {
    assert.equal((await happen(page, 'administration')).serverless, 'not known', 'nobody\'s figure is made up');
    assert.equal(await row(page, 'administration').getAttribute('data-state'), 'open', 'so it is not done');
    assert.equal(await better(page, 'administration'), '');
    for (const [field, value] of [['serverless', 1], ['always-on', 4], ['rate', 50]]) await page.getByTestId(`side-hours-${field}`).fill(String(value));
    await page.getByTestId('side-hours-set').click();
    await page.locator('[data-testid="side-hours"][data-set="true"]').waitFor();
    // Kept, they are told by themselves.
    await page.locator('[data-testid="side-row"][data-row="administration"][data-state="done"]').waitFor();
    assert.deepEqual([await figure(page, 'administration', 'serverless'), await figure(page, 'administration', 'always_on')], ['$50.00', '$200.00']);
  },
  lock_in: async (page) => {
    const { serverless } = await happen(page, 'lock_in');
    assert.equal(serverless, '0 of 5', 'a handler of Lambda\'s is nobody else\'s');
    assert.equal((await detail(page, 'lock_in', 'Vercel'))[0], 'runs through an adapter');
  },
};

test('every row happens, the table is kept, and its page needs nothing else', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await page.getByTestId('nav-sidebyside').click();
  await page.locator('[data-testid="sidebyside-page"][data-done="0"]').waitFor();
  assert.ok(await page.getByTestId('sides-export').isDisabled(), 'there is nothing to export yet');
  for (const [kind, happens] of Object.entries(ROWS)) await t.test(kind, () => happens(page));

  await page.reload();
  await page.locator('[data-testid="sidebyside-page"][data-done="13"]').waitFor();
  await says(page.getByTestId('side-verdict-0'), 'You said always-on: it is serverless');
  await page.getByTestId('side-calls').fill('2000');
  await page.getByTestId('side-another').waitFor();
  assert.ok(!await page.getByTestId('side-guess-0-always_on').isChecked() && await page.getByTestId('side-guess-0-always_on').isEnabled(), 'another number is another question');
  await page.getByTestId('side-calls').fill('1000');
  await says(page.getByTestId('side-verdict-0'), 'You said always-on');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('sides-export').click()]);
  const folder = temporary('export');
  defer(t, () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'table.html');
  writeFileSync(file, readFileSync(await saved.path()));
  const heard = [];
  const alone = await browser.newContext({ offline: true, colorScheme: 'dark' });
  defer(t, () => alone.close());
  const exported = await alone.newPage();
  exported.on('console', (message) => heard.push(message.text()));
  exported.on('request', (request) => request.url().startsWith('file:') || heard.push(request.url()));
  await exported.goto(pathToFileURL(file).href);
  await says(exported.locator('h1'), 'visits: serverless and always-on');
  await says(exported.locator('main'), '13 of 13 rows');
  await says(exported.locator('main'), 'Prices of ');
  const ground = () => exported.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await exported.emulateMedia({ colorScheme: 'light' });
  assert.notEqual(await ground(), dark, 'it has both themes');
  assert.deepEqual(heard, [], 'it asks for nothing and complains about nothing');

  const { twin } = await host.function('visits');
  assert.equal(twin, true, 'the resident process runs until somebody stops it');
  await page.getByTestId('meter-switch').click();
  await page.locator('[data-testid="meter-state"]').filter({ hasText: 'off' }).waitFor();
});

test('a function that does not run resident is said to, and a process for each call stands for the other side', async (t) => {
  const once = `#!/usr/bin/env python3
import os
import urllib.request

calls = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
with urllib.request.urlopen(calls + "next") as event:
    answer = calls + event.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
urllib.request.urlopen(urllib.request.Request(answer, data=b'{"ok": true}', method="POST"))
`;
  const { page } = await stage(t, browser, { 'once/bootstrap': once });
  await page.getByTestId('nav-sidebyside').click();
  await row(page, 'statelessness').getByTestId('side-run').click();
  await says(row(page, 'statelessness').getByTestId('side-failure'), 'it does not run resident');
  await row(page, 'statelessness').getByTestId('side-per-call').click();
  await says(row(page, 'statelessness').getByTestId('side-sentence'), 'nothing to lose');
});

test('rows can be stopped, and what would be written twice is asked for first', async (t) => {
  const { page } = await stage(t, browser, { 'orders/lambda_function.py': 'try:\n    import boto3\nexcept ImportError:\n    boto3 = None\n\n\ndef lambda_handler(event, context):\n    return {"ok": True}\n' }, { complaints: REFUSED });
  await page.getByTestId('nav-sidebyside').click();
  await row(page, 'statelessness').getByTestId('side-run').click();
  await says(page.getByTestId('twice-dialog'), 'boto3 in orders/lambda_function.py:2');
  await page.keyboard.press('Escape');
  await page.getByTestId('twice-dialog').waitFor({ state: 'detached' });
  assert.equal(await row(page, 'statelessness').getAttribute('data-state'), 'new', 'nothing was sent');
  await row(page, 'statelessness').getByTestId('side-run').click();
  await page.getByTestId('twice-sure').click();
  await says(row(page, 'statelessness').getByTestId('side-sentence'), 'nothing to lose');
  await says(row(page, 'statelessness').getByTestId('side-hint'), 'visits');

  await row(page, 'scaling_to_zero').getByTestId('side-run').click();
  await page.getByTestId('sides-stop').click();
  await page.locator('[data-testid="sidebyside-page"][data-running=""]').waitFor();
  await page.getByTestId('palette-open').click();
  await page.getByTestId('palette-input').fill('Begin the table anew');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="sidebyside-page"][data-done="0"]').waitFor();
});

test('a call that waits is no work for a machine, and the simulation says so', async (t) => {
  const code = 'import time\n\n\ndef lambda_handler(event, context):\n    time.sleep(0.5)\n    return "done"\n';
  const { page } = await stage(t, browser, { 'waits/lambda_function.py': code });
  await page.getByTestId('nav-sidebyside').click();
  await happen(page, 'scaling_out');
  const [, work, waiting] = (await detail(page, 'scaling_out', 'a call before it'))[0].match(/^([\d.]+) ms of work, ([\d.]+ m?s) of waiting$/);
  assert.ok(Number.parseFloat(work) < 100, `it works for a few milliseconds: ${work}`);
  assert.match(waiting, /^(4[5-9]\d|5\d\d) ms$/, 'and waits for half a second');
  await says(row(page, 'scaling_out'), `a call works for ${work} ms on one core`);
});

test('what came of another number of calls is no answer to what is asked here', async (t) => {
  const { page, host } = await stage(t, browser, FILES);
  await page.getByTestId('nav-sidebyside').click();
  await page.getByTestId('side-guess-0-always_on').check();
  await page.getByTestId('side-guess-1-serverless').check();
  const { id } = await host.function('visits');
  await host.rpc('run_rows', { function: id, rows: ['steady_spiky'], event: '{ "work_ms": 1 }', calls_per_month: 20_000_000 });
  await page.reload();
  await page.getByTestId('side-another').waitFor({ timeout: BUSY });
  assert.equal(await page.getByTestId('side-verdict-0').count(), 0, 'what was said was said of another number');
  const { said } = await happen(page, 'steady_spiky');
  assert.doesNotMatch(said, /^20,000,000/);
  await page.getByTestId('side-verdict-0').waitFor();
});

test('a figure that makes no sense is said, and keeps its own row alone from happening', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await page.getByTestId('nav-sidebyside').click();
  await page.getByTestId('side-calls').fill('1e15');
  await says(row(page, 'steady_spiky').getByTestId('side-wrong'), 'Calls a month go from 1');
  await says(page.getByTestId('sides-wrong'), 'All rows wait for one figure: Calls a month go from 1');
  const waits = (kind) => row(page, kind).getByTestId('side-run').isDisabled();
  assert.deepEqual([await waits('steady_spiky'), await waits('lock_in'), await page.getByTestId('sides-all').isDisabled()], [true, false, true]);
  await happen(page, 'administration');
  await row(page, 'lock_in').scrollIntoViewIfNeeded();
  assert.ok(await page.getByTestId('sides-wrong').evaluate((said) => {
    const { x, y, width, height } = said.getBoundingClientRect();
    return said.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  }), 'it is said wherever the page is scrolled to');
  await page.getByTestId('side-calls').fill('');

  const minutes = page.getByTestId('side-minutes');
  await minutes.clear();
  await minutes.pressSequentially('-5');
  assert.equal(await minutes.inputValue(), '-5', 'what is typed stays as it was typed');
  await says(row(page, 'long_work').getByTestId('side-wrong'), 'A job takes from 0.1');
  await minutes.fill('12');
  await page.getByTestId('sides-wrong').waitFor({ state: 'detached' });
});
