// Waiting, not working: three slow services asked at once, where handler time is long and CPU time is short.
import { createServer } from 'node:http';
import { once } from 'node:events';

// The slow services live in this process, so that the sample needs no network.
const service = createServer((request, response) => {
  const delay = Number(new URL(request.url, 'http://service').searchParams.get('delay'));
  setTimeout(() => response.end(JSON.stringify({ path: request.url, delay })), delay);
});
service.listen(0, '127.0.0.1');
await once(service, 'listening');
service.unref();
const base = `http://127.0.0.1:${service.address().port}`;

export const handler = async (event) => {
  const delays = event.delays ?? [80, 160, 240];
  const began = performance.now();
  const answers = await Promise.all(
    delays.map(async (delay) => (await fetch(`${base}/?delay=${Math.min(Number(delay) || 0, 2000)}`)).json()),
  );
  const waited = Math.round(performance.now() - began);
  console.log(`${answers.length} answers in ${waited} ms`);
  return { waited_ms: waited, answers };
};
