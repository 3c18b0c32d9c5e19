import { expect, test } from 'vitest';
import { fieldsOf, textOf } from './request';

const POST = { method: 'POST', path: '/api/hello?name=Ada', headers: { 'content-type': 'application/json', 'x-times': 3 }, body: '{"a":1}' };

test('a description is shown as fields and written again alike', () => {
  const fields = fieldsOf(JSON.stringify(POST));
  expect(fields).toEqual({
    method: 'POST', path: '/api/hello?name=Ada', body: '{"a":1}', json: false,
    headers: [{ name: 'content-type', value: 'application/json' }, { name: 'x-times', value: '3' }],
  });
  expect(fields && JSON.parse(textOf(fields))).toEqual({ ...POST, headers: { ...POST.headers, 'x-times': '3' } });
  expect(fieldsOf('')).toEqual({ method: 'GET', path: '/', headers: [], body: '', json: false });
});

test('a body that is JSON stays JSON while it can', () => {
  const fields = fieldsOf('{"body":{"seeds":[1,2]}}');
  expect(fields).toMatchObject({ json: true, body: '{\n  "seeds": [\n    1,\n    2\n  ]\n}' });
  if (!fields) return;
  expect(JSON.parse(textOf({ ...fields, body: '{"seeds": 3}' }))).toMatchObject({ body: { seeds: 3 } });
  expect(JSON.parse(textOf({ ...fields, body: '{"seeds":' }))).toMatchObject({ body: '{"seeds":' });
  expect(JSON.parse(textOf({ ...fields, body: '' }))).toMatchObject({ body: null });
});

test('headers have a name, and one value each', () => {
  const fields = fieldsOf('{}');
  const headers = [{ name: 'accept', value: 'a' }, { name: ' ', value: 'lost' }, { name: 'accept', value: 'b' }];
  expect(fields && JSON.parse(textOf({ ...fields, headers }))).toMatchObject({ headers: { accept: 'a, b' } });
});

test('what fields cannot hold is left as JSON', () => {
  for (const text of ['{"method":', '[]', '"GET"', '{"query":{}}', '{"headers":{"a":[1]}}', '{"path":1}', '{"body":{"id":12345678901234567890}}']) {
    expect(fieldsOf(text), text).toBeNull();
  }
});
