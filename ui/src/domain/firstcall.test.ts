import { expect, it } from 'vitest';
import type { Fn } from '$ipc';
import { firstCall } from './firstcall';

const fn = (provider: string, urls: string[], more: Partial<Fn> = {}): Fn => ({ provider, urls, state: 'at_zero', takes: 'event', ...more }) as Fn;

it('is a URL that answers a GET, not a route that takes a POST alone', () => {
  const notes = fn('aws', ['http://localhost:9400/notes-create/', 'http://notes-create.localhost:9400/', 'http://localhost:9400/notes']);
  expect(firstCall([notes])).toBe('curl http://localhost:9400/notes-create/');
  const item = fn('vercel', ['http://localhost:3000/api/items/[id]']);
  expect(firstCall([item, notes])).toBe('curl http://localhost:9400/notes-create/');
});

it('posts where nothing answers a GET, and is not there where nobody can be called so', () => {
  const timer = fn('azure', ['http://localhost:7071/admin/functions/tick']);
  expect(firstCall([fn('gcp', ['http://localhost:8080/'], { takes: 'cloud-event' }), timer])).toBe(
    "curl -X POST -H 'content-type: application/json' -d '{}' http://localhost:7071/admin/functions/tick",
  );
  expect(firstCall([fn('azure', ['http://localhost:7071/api/only-post']), fn('aws', ['http://localhost:9400/a/'], { state: 'broken' })])).toBeUndefined();
});
