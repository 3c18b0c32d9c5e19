import { expect, test, vi } from 'vitest';
import type { LiveBatch } from '$ipc';
import { CallError, type Listener, type Subscription, type Transport } from '$ipc/transport';
import { MockTransport } from '$ipc/mock';
import { toasts } from '$shared/toasts.svelte';
import { announce, reloadToast } from './announce';
import { Composer } from './composer.svelte';
import { Host } from './host.svelte';
import { setPool } from './pool';

/** A made-up host whose connection the test holds in its hand. */
class Held implements Transport {
  readonly inner = new MockTransport('full', false);
  saveFile = this.inner.saveFile;
  link = this.inner.link;
  listener: Listener | null = null;
  failing = false;
  call: Transport['call'] = (name, request) =>
    this.failing ? Promise.reject(new CallError('unreachable', 'the host does not answer')) : this.inner.call(name, request);
  listen(listener: Listener): Subscription {
    this.listener = listener;
    return { stop: () => undefined, retry: () => undefined };
  }
  send(batch: Partial<LiveBatch>): void {
    this.listener?.batch({ functions: [], invocations: [], skipped: [], logs: [], skipped_logs: 0, job_lines: [], saved: [], reloads: [], receipts: [], notices: [], status: null, stale: false, ...batch });
  }
}

async function started(): Promise<{ transport: Held; host: Host }> {
  const transport = new Held();
  const host = new Host(transport);
  host.start();
  transport.listener?.link({ phase: 'live' });
  await vi.waitFor(() => expect(host.functions).toHaveLength(9));
  return { transport, host };
}

test('a host that cannot be reached is said so, and found by itself later', async () => {
  const transport = new Held();
  transport.failing = true;
  const host = new Host(transport);
  host.start();
  await vi.waitFor(() => expect(host.failure?.code).toBe('unreachable'));
  transport.failing = false;
  transport.listener?.link({ phase: 'live' });
  await vi.waitFor(() => expect(host.project?.name).toBe('storefront'));
  expect(host.failure).toBeNull();
});

test('after the channel was away everybody asks again', async () => {
  const { transport, host } = await started();
  const resync = vi.fn();
  host.follow({ resync });
  transport.listener?.link({ phase: 'lost', retryAt: 0, attempt: 1 });
  transport.listener?.link({ phase: 'live' });
  await vi.waitFor(() => expect(resync).toHaveBeenCalledTimes(1));
});

test('a stale list of functions is asked for once, however many batches say so', async () => {
  const { transport, host } = await started();
  const call = vi.spyOn(transport, 'call');
  for (let i = 0; i < 5; i++) transport.send({ stale: true });
  await vi.waitFor(() => expect(host.functions).toHaveLength(9));
  await host.refresh();
  expect(call.mock.calls.filter(([name]) => name === 'functions').length).toBeLessThanOrEqual(3);
});

test('the last word of a function whose project was closed does not bring it back', async () => {
  const { transport, host } = await started();
  const [fn] = host.functions;
  if (!fn) throw new Error('no function');
  transport.send({ functions: [{ ...fn, id: 77, name: 'of the project before' }, { ...fn, state: 'busy' }] });
  expect(host.functions).toHaveLength(9);
  expect(host.byId(fn.id)?.state).toBe('busy');
});

test('that nothing is recorded is known while it is so, with the reason', async () => {
  const { transport, host } = await started();
  await vi.waitFor(() => expect(host.status).not.toBeNull());
  const status = await transport.inner.call('status', {});
  expect(host.recordingProblem).toBeNull();
  transport.send({ status: { ...status, recording: false, recording_problem: 'cannot write the journal in /data: No space left on device' } });
  expect(host.recordingProblem).toContain('/data');
  transport.send({ status });
  expect(host.recordingProblem).toBeNull();
});

test('a setting changes what is shown from the answer, not from a guess', async () => {
  const { host } = await started();
  await setPool(host, 1, { next_cold: true });
  expect(host.byId(1)?.pool.next_cold).toBe(true);
  expect(host.byId(1)?.pool.concurrency, 'what was not named stays').toBe(20);
});

test('reloads are told once, when they end; a refused save stays until dismissed', async () => {
  const { transport, host } = await started();
  const [ok] = await transport.inner.call('reloads', { function: 1, minutes: null });
  const [refused] = await transport.inner.call('reloads', { function: 8, minutes: null });
  if (!ok || !refused) throw new Error('the made-up host has no reloads');
  const stop = announce(host);
  transport.send({ reloads: [{ ...ok, outcome: 'running', swapped_ms: null }] });
  expect(toasts.list).toHaveLength(0);
  transport.send({ reloads: [ok] });
  transport.send({ reloads: [{ ...ok, drained_ms: 120 }] });
  expect(toasts.list.map(({ title }) => title)).toEqual(['thumbnail ready 84.2 ms after save']);
  transport.send({ reloads: [refused] });
  expect(toasts.list.at(-1)).toMatchObject({ tone: 'bad', title: 'webhook: save refused' });
  expect(reloadToast(refused, 'webhook')?.text).toContain("webhook/main.py:12 SyntaxError: '(' was never closed");
  expect(reloadToast({ ...ok, outcome: 'superseded' }, 'thumbnail')).toBeNull();
  stop();
});

test('an event is checked before it is sent, and the answer holds the whole invocation', async () => {
  const { host } = await started();
  const fn = host.byId(5);
  if (!fn) throw new Error('no such function');
  const composer = new Composer(host, 5, fn);
  composer.text = '{"a": }';
  expect(composer.invalid).toMatch(/not JSON/);
  await composer.invoke();
  expect(composer.result).toBeNull();

  composer.text = '{"a": 1}';
  await composer.invoke();
  const sent = composer.result?.detail;
  expect(sent?.invocation, 'it was at zero').toMatchObject({ cold: true, status: 'ok', trigger: 'app' });
  expect(sent?.logs.length).toBeGreaterThan(0);
  expect(sent?.prices.map(({ plan }) => plan)).toContain('aws-lambda-arm64');
});

test('saved events are picked, changed and saved under a file name', async () => {
  const { host } = await started();
  const fn = host.byId(1);
  if (!fn) throw new Error('no such function');
  const composer = new Composer(host, 1, fn);
  await composer.load();
  const [photo] = composer.saved;
  if (!photo) throw new Error('no saved event');
  composer.pick(photo);
  expect(composer.changed).toBe(false);
  composer.text = '{}';
  expect(composer.changed).toBe(true);
  await composer.save(' My event.json');
  expect(composer.name).toBe('My event');
  expect(composer.changed).toBe(false);

  composer.text = '[1]';
  await composer.save('My event');
  expect(composer.saved.find(({ name }) => name === 'My event')?.text).toBe('[1]');
  expect(toasts.list.at(-1)?.title, 'what was there can be had back').toBe('Replaced My event.json');
});

test('the first saved event stands ready, but never in the place of what was written', async () => {
  const { host } = await started();
  const fn = host.byId(1);
  if (!fn) throw new Error('no such function');
  const composer = new Composer(host, 1, fn);
  expect(composer.name, 'an example until the saved ones are known').toBeNull();
  await composer.load();
  expect(composer.name).toBe('photo-large');
  expect(composer.text).toBe(composer.saved[0]?.text);

  const busy = new Composer(host, 1, fn);
  const loading = busy.load();
  busy.text = '{"mine": true}';
  await loading;
  expect(busy.name).toBeNull();
  expect(busy.text).toBe('{"mine": true}');
});
