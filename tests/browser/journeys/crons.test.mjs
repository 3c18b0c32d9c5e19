// A cron of vercel.json on its function's page: when the clock calls it in the cloud, and that call made now.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, says, stage, visit } from '../page.mjs';

const FILES = {
  'vercel.json': '{"crons": [{"path": "/api/report?full=1", "schedule": "0 5 * * *"}]}',
  '.env.local': 'CRON_SECRET=tomato\n',
  'api/report.mjs': "export default (req, res) => res.json({ by: req.headers['user-agent'], secret: req.headers.authorization, url: req.url });\n",
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('a cron is shown with its function and runs at once when a person says so', async (t) => {
  const { page } = await stage(t, browser, FILES);
  await visit(page, 'api-report');
  await says(page.getByTestId('schedule'), 'Called at 0 5 * * * UTC in the cloud');
  await says(page.getByTestId('schedule'), 'here by hand');
  await page.getByTestId('schedule-run').click();
  await says(page.getByTestId('result-body'), 'Bearer tomato');
  const text = await page.getByTestId('result-body').textContent();
  assert.match(text, /vercel-cron\/1\.0/);
  assert.match(text, /\/api\/report\?full=1/);
});
