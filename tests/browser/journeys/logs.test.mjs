// What functions write, as they write it: followed, held still, searched, opened, kept.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch, says, stage } from '../page.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const FILES = {
  'wordy/lambda_function.py': `
import json, sys

def lambda_handler(event, context):
    for n in range(event.get("lines", 0)):
        print("line", n, "of", event["name"])
    print(json.dumps({"level": "info", "message": "handled " + event["name"], "order": {"sku": "lamp", "left": [1, 2]}}))
    print(json.dumps({"message": "pairs", "turned": "\\u202eone", "hebrew": "\\u05e9\\u05dc\\u05d5\\u05dd", "n": "2"})) if "\\u202e" in event["name"] else None
    print("\\x1b[33mWARN\\x1b[0m low on " + event["name"], file=sys.stderr)
`,
  'quiet/lambda_function.py': 'def lambda_handler(event, context):\n    return 1\n',
};

const lines = (page, text) => page.getByTestId('log-line').filter({ hasText: text });
const counted = (page, text) => says(page.getByTestId('log-count'), text);
const atEnd = (page) => page.getByTestId('log-scroll').evaluate((at) => at.scrollHeight - at.scrollTop - at.clientHeight < 2);
/** A person turns the wheel over the lines. */
const wheel = async (page, by) => {
  await page.getByTestId('log-scroll').hover();
  await page.mouse.wheel(0, by);
};

async function logs(t, options) {
  const staged = await stage(t, browser, FILES, options);
  await staged.page.getByTestId('nav-logs').click();
  await staged.page.getByTestId('logs-page').waitFor();
  return staged;
}

test('lines of every function come as they are written, until somebody reads', async (t) => {
  const { page, host } = await logs(t);
  await says(page.getByTestId('logs-empty'), 'Nothing has been logged yet');
  await host.invoke('wordy', { name: 'first', lines: 60 });
  await host.invoke('quiet', {});
  await lines(page, 'low on first').waitFor();
  await lines(page, 'REPORT RequestId').last().waitFor();
  await page.waitForFunction(() => {
    const at = document.querySelector('[data-testid="log-scroll"]');
    return at.scrollHeight - at.scrollTop - at.clientHeight < 2;
  });
  assert.equal(await page.getByTestId('log-new').count(), 0);

  await wheel(page, -600);
  await page.getByTestId('log-new').waitFor();
  assert.equal(await page.getByTestId('log-follow').getAttribute('aria-checked'), 'false', 'scrolling up holds it still');
  const place = () => page.getByTestId('log-line').evaluateAll((all) => all.map((line) => [line.dataset.id, line.getBoundingClientRect().top]).find(([, top]) => top > 250));
  const before = await place();
  await host.invoke('wordy', { name: 'second', lines: 20 });
  await page.waitForFunction(() => Number(document.querySelector('[data-testid="log-new"]')?.dataset.waiting) >= 22);
  await says(page.getByTestId('log-new'), /\d+ new lines/);
  assert.deepEqual(await place(), before, 'nothing moved under the reader');

  await page.getByTestId('log-new').click();
  await lines(page, 'low on second').waitFor();
  await page.getByTestId('log-new').waitFor({ state: 'detached' });
  assert.ok(await atEnd(page));
  await wheel(page, -300);
  await page.getByTestId('log-new').waitFor();
  await wheel(page, 9000);
  await page.getByTestId('log-new').waitFor({ state: 'detached' });

  await page.getByTestId('log-clear').click();
  await says(page.getByTestId('logs-empty'), 'Cleared');
  await host.invoke('wordy', { name: 'third' });
  await lines(page, 'low on third').waitFor();
  assert.equal(await lines(page, 'second').count(), 0);
  await page.getByTestId('log-older').click();
  await lines(page, 'second').first().waitFor();
});

test('lines are searched in the language of invocations, also those that come', async (t) => {
  const { page, host } = await logs(t, { complaints: [/status of 400/] });
  await host.invoke('wordy', { name: 'first' });
  await lines(page, 'low on first').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('fn:wordy level:warn');
  await counted(page, '1 line');
  assert.match(page.url(), /q=fn%3Awordy\+level%3Awarn/, 'the address says what is looked for');
  await host.invoke('wordy', { name: 'second' });
  await counted(page, '2 lines');
  await page.getByTestId('search').fill('"warn LOW on second"');
  await counted(page, '1 line');
  await page.getByTestId('search').fill('fn:nothing-like-it');
  await says(page.getByTestId('logs-empty'), 'No line is like that');
  await page.getByTestId('search').fill('lev:warn');
  await says(page.getByTestId('search-says'), 'did you mean level?');
  await page.getByTestId('search-clear').click();
  await page.locator('[data-testid="preset"][data-term="stream:stderr"]').click();
  await counted(page, '2 lines');
});

test('what a resident twin writes is marked, and can be left out', async (t) => {
  const { page, host } = await logs(t);
  const fn = (await host.function('wordy')).id;
  await host.rpc('start_twin', { function: fn, processes: 1 });
  const call = (name, twin) => host.rpc('invoke', { function: fn, event: JSON.stringify({ name }), cold: false, trigger: 'app', twin });
  await call('pool', false);
  await call('twin', true);
  await lines(page, 'handled pool').waitFor();
  assert.equal(await lines(page, 'handled twin').getByTestId('log-twin').innerText(), 'twin');
  assert.equal(await lines(page, 'handled pool').getByTestId('log-twin').count(), 0);
  await page.keyboard.press('/');
  await page.keyboard.type('twin:no');
  await lines(page, 'handled twin').waitFor({ state: 'detached' });
  await lines(page, 'handled pool').waitFor();
});

test('a line opens to all it says, leads to its invocation, and is reached with keys', async (t) => {
  const { page, host } = await logs(t);
  await host.invoke('wordy', { name: 'first' });
  const structured = lines(page, 'handled first');
  await structured.waitFor();
  await says(structured, 'order=');
  await structured.getByTestId('log-open').click();
  const detail = page.getByTestId('log-detail');
  await says(detail, '"handled first"');
  await detail.getByTestId('json-toggle').filter({ hasText: 'order' }).click();
  await says(detail, '"lamp"');

  await structured.getByTestId('log-open').focus();
  await page.keyboard.press('ArrowLeft');
  await detail.waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await says(detail, 'low on first');
  assert.equal(await detail.locator('pre span').first().evaluate((at) => at.style.color), 'var(--ansi-3)', 'a colour of the theme');
  await detail.getByTestId('log-to-invocation').click();
  await page.getByTestId('invocation-detail').getByTestId('facts').waitFor();
});

test('what turns the direction of a text is seen, and turns nothing beside it', async (t) => {
  const { page, host } = await logs(t);
  await host.invoke('wordy', { name: '\u202eevil', lines: 1 });
  const text = lines(page, 'line 0 of <U+202E>evil');
  await text.waitFor();
  const structured = lines(page, 'handled <U+202E>evil');
  await structured.waitFor();
  const boxes = await lines(page, 'turned=').locator('.pair').evaluateAll((all) => all.map((pair) => [pair.innerText, pair.getBoundingClientRect().left, pair.getBoundingClientRect().right]));
  assert.deepEqual(boxes.map(([text]) => text), ['turned=<U+202E>one', 'hebrew=שלום', 'n=2']);
  for (const [at, [, left]] of boxes.entries()) assert.ok(at === 0 || left >= boxes[at - 1][2], `one after the other: ${JSON.stringify(boxes)}`);
  await structured.getByTestId('log-open').click();
  await says(page.getByTestId('log-detail'), '"handled <U+202E>evil"');
});

test('what a search finds is kept as a file', async (t) => {
  const { page, host } = await logs(t);
  await host.invoke('wordy', { name: 'first' });
  await page.getByTestId('search').fill('first -stream:platform');
  await counted(page, '2 lines');
  const files = {};
  for (const format of ['text', 'ndjson']) {
    const coming = page.waitForEvent('download');
    await page.getByTestId('log-export').click();
    await page.locator(`[data-testid="log-export-item"][data-value="${format}"]`).click();
    const download = await coming;
    assert.match(download.suggestedFilename(), /^coldframe-log-.*\.(log|ndjson)$/);
    files[format] = await readFile(await download.path(), 'utf8');
    await says(page.getByTestId('toast'), '2 lines');
  }
  assert.match(files.text, / wordy i-\S+ warn WARN low on first\n$/, 'without colours');
  const objects = files.ndjson.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(objects.map(({ level, stream }) => [level, stream]), [['info', 'stdout'], ['warn', 'stderr']]);
});
