import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Invocation, Payload } from '$ipc';
import { contentType, decode } from './payload';
import { barScale, coldWait, phases, waiting } from './phases';
import { Refresher } from './refresh';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const row = {
  status: 'ok', queue_ms: 2, build_ms: 900, spawn_ms: 4, boot_ms: 31, init_ms: 71, handler_ms: 84, overhead_ms: 0.2, total_ms: 1092.2, cpu_user_ms: 61.4, cpu_system_ms: 9.2,
} as Invocation;

test('the phases add up to what the caller waited', () => {
  expect(phases(row).reduce((sum, phase) => sum + phase.ms, 0)).toBeCloseTo(row.total_ms);
  expect(coldWait(row), 'without the build').toBe(108);
});

test('waiting is handler time without CPU, never negative, and unknown where CPU is', () => {
  expect(waiting(row)).toBeCloseTo(13.4);
  expect(waiting({ ...row, cpu_user_ms: 300 })).toBe(0);
  expect(waiting({ ...row, cpu_user_ms: null })).toBeNull();
});

test('one timeout does not flatten the bars of the others', () => {
  const rows = [3004, ...Array.from({ length: 30 }, () => 84)].map((total_ms) => ({ ...row, total_ms }));
  expect(barScale(rows)).toBeLessThan(200);
  expect(barScale([])).toBe(1);
});

const payload = (text: string, more: Partial<Payload> = {}): Payload => ({ content_type: 'application/json', text, base64: false, full_bytes: text.length, truncated: false, ...more });

test('a picture inside a proxy answer is shown as the picture', () => {
  const answer = payload(JSON.stringify({ statusCode: 200, headers: { 'Content-Type': 'image/webp; q=1' }, body: 'AAAA', isBase64Encoded: true }));
  expect(decode(answer)).toEqual({ kind: 'image', url: 'data:image/webp;base64,AAAA' });
  expect(contentType(answer)).toBe('image/webp');
});

test('a streamed answer is shown without its metadata', () => {
  const text = `{"statusCode":200,"headers":{"content-type":"text/plain; charset=utf-8"}}${'\0'.repeat(8)}Once upon a time`;
  const answer = payload(text, { content_type: 'application/vnd.awslambda.http-integration-response' });
  expect(decode(answer)).toEqual({ kind: 'text', text: 'Once upon a time' });
  expect(contentType(answer)).toBe('text/plain');
});

test('a page from a function is text, never markup', () => {
  expect(decode(payload('<script>alert(1)</script>', { content_type: 'text/html' }))).toEqual({ kind: 'text', text: '<script>alert(1)</script>' });
  expect(decode(payload('AAAA', { content_type: 'application/zip', base64: true })).kind).toBe('binary');
  expect(decode(payload('AA', { content_type: 'image/png', base64: true, truncated: true })).kind, 'half a picture is none').toBe('binary');
});

test('asking again is bounded: once at first, then at most once an interval, never two at a time', async () => {
  let running = 0;
  let most = 0;
  const run = vi.fn(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 50));
    running -= 1;
  });
  const refresher = new Refresher(run, 1000);
  for (let i = 0; i < 100; i++) {
    refresher.poke();
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(run.mock.calls.length).toBeGreaterThanOrEqual(2);
  expect(run.mock.calls.length).toBeLessThanOrEqual(3);
  expect(most).toBe(1);
  refresher.stop();
  const before = run.mock.calls.length;
  refresher.poke();
  await vi.advanceTimersByTimeAsync(5000);
  expect(run).toHaveBeenCalledTimes(before);
});
