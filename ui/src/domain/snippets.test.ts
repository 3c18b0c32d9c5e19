import { expect, test } from 'vitest';
import type { Fn } from '$ipc';
import { templates } from './events';
import { quoted, snippets } from './snippets';

const fn = (over: Partial<Fn> = {}): Fn => ({ name: 'hello', provider: 'aws', takes: 'event', urls: ['http://hello.localhost:9000/'], ...over }) as Fn;
const place = { endpoint: 'http://127.0.0.1:9000/' };
const texts = (event: string, of: Fn = fn()): Record<string, string> => Object.fromEntries(snippets(of, event, place).map(({ id, text }) => [id, text]));

test('words of a shell are quoted as far as they must be', () => {
  expect(quoted('a-b/c.d')).toBe('a-b/c.d');
  expect(quoted(`it's {"a": 1}`)).toBe(`'it'\\''s {"a": 1}'`);
});

test('a plain event is sent to the Invoke API', () => {
  const { curl, aws, boto3, sdk, cli, url } = texts('{\n  "name": "O\'Hara"\n}');
  expect(curl).toBe(`curl -sS http://127.0.0.1:9000/2015-03-31/functions/hello/invocations \\\n  -d '{"name":"O'\\''Hara"}'`);
  expect(aws).toContain('--function-name hello');
  expect(boto3).toContain(`json.loads("{\\"name\\":\\"O'Hara\\"}")`);
  expect(sdk).toContain(`Payload: "{\\"name\\":\\"O'Hara\\"}"`);
  expect(cli).toContain('coldframe invoke hello --event -');
  expect(url).toBeUndefined();
});

test('an event of an HTTP request is also the request itself', () => {
  const post = templates(fn()).find(({ id }) => id === 'post')?.text ?? '';
  expect(texts(post).url).toBe(
    `curl -sS -X POST http://hello.localhost:9000/ \\\n  -H 'accept: application/json' \\\n  -H 'content-type: application/json' \\\n  --data-raw '{"name":"world"}'`,
  );
});

test('a Vercel function is called by its address', () => {
  const vercel = fn({ name: 'api-hello', provider: 'vercel', takes: 'request', urls: ['http://127.0.0.1:9001/api/hello'] });
  const [get] = templates(vercel);
  expect(texts(get?.text ?? '', vercel).curl).toBe('curl -sS http://127.0.0.1:9000/api/hello');
});

test('a Google function is called below its own address, an event with its attributes as headers', () => {
  const google = fn({ name: 'stored', provider: 'gcp', takes: 'cloud-event', urls: ['http://localhost:9002/stored/'] });
  const [storage] = templates(google);
  const { curl } = texts(storage?.text ?? '', google);
  expect(curl).toContain('curl -sS -X POST http://localhost:9002/stored/ ');
  expect(curl).toContain("-H 'ce-type: google.cloud.storage.object.v1.finalized'");
  expect(curl).toContain('--data-raw \'{"kind":"storage#object"');
});

test('an action is invoked by its API, by wsk and at its URL', () => {
  const action = fn({ name: 'count', provider: 'ibm', takes: 'parameters', urls: ['http://localhost:9003/count/'] });
  const { curl, wsk, url } = texts('{"text": "to sow"}', action);
  expect(curl).toContain("'http://127.0.0.1:9000/api/v1/namespaces/_/actions/count?blocking=true&result=true'");
  expect(wsk).toBe(`echo '{"text":"to sow"}' | wsk --apihost http://127.0.0.1:9000 --auth local:local \\\n  action invoke count --result --param-file /dev/stdin`);
  expect(url).toContain('curl -sS -X POST http://localhost:9003/count/ ');
});

test('every example is JSON with a name of its own', () => {
  for (const takes of ['event', 'request', 'cloud-event', 'parameters']) {
    const all = templates(fn({ takes }));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { text } of all) expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
});

test('an Azure function that asks for a key is called with it', () => {
  const azure = fn({ name: 'shut', provider: 'azure', takes: 'request', urls: ['http://localhost:9003/api/shut?code=abc='] });
  expect(texts('{"path": "/api/shut"}', azure).curl).toBe(`curl -sS http://127.0.0.1:9000/api/shut \\\n  -H 'x-functions-key: abc='`);
});
