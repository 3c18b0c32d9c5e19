import { expect, test, vi } from 'vitest';
import { MockTransport } from '$ipc/mock';
import type { LogLine } from '$ipc';
import { Host } from './host.svelte';
import { LogTail } from './logs.svelte';

async function tailed(fn: number | null, search = '') {
  const transport = new MockTransport('full', false);
  const host = new Host(transport);
  host.start();
  const tail = new LogTail(host, fn);
  const detach = tail.attach(search);
  await vi.waitFor(() => expect(tail.loading).toBe(false));
  const last = tail.lines.at(-1);
  if (!last) throw new Error('nothing was logged');
  const line = (n: number, more: Partial<LogLine> = {}): LogLine => ({ ...last, id: last.id + n, text: `line ${n}`, ...more });
  return { transport, tail, detach, last, line };
}

const texts = (tail: LogTail, n: number): string[] => tail.lines.slice(-n).map(({ text }) => text);

test('a tail shows each line once, in order, of its function, and forgets what was cleared', async () => {
  const { transport, tail, last, line } = await tailed(1);
  const before = tail.lines.length;
  transport.send({ logs: [last, line(3), line(1), line(2, { function_id: 2 })] });
  expect(tail.lines).toHaveLength(before + 2);
  expect(texts(tail, 2)).toEqual(['line 1', 'line 3']);
  tail.clear();
  expect([tail.lines.length, tail.more]).toEqual([0, true]);
  transport.send({ logs: [line(2), line(4)] });
  expect(texts(tail, 9), 'a late line of before stays away').toEqual(['line 4']);
});

test('while somebody reads, new lines are counted, and following forgets the count', async () => {
  const { transport, tail, line } = await tailed(null);
  tail.pause();
  transport.send({ logs: [line(1), line(2)] });
  transport.send({ logs: [line(2), line(3)] });
  expect(tail.waiting).toBe(3);
  tail.resume();
  expect([tail.waiting, tail.follow]).toEqual([0, true]);
});

test('a search is the record’s to answer, also of what is new', async () => {
  const { transport, tail, line } = await tailed(null, 'level:warn');
  expect(tail.lines.length).toBeGreaterThan(0);
  expect(tail.lines.every(({ level }) => level === 'warn')).toBe(true);
  const before = tail.lines.length;
  const news = [line(90_000, { level: 'info' }), line(90_001, { level: 'warn', text: 'wanted' })];
  transport.write(news);
  transport.send({ logs: news });
  await vi.waitFor(() => expect(tail.lines).toHaveLength(before + 1));
  expect(texts(tail, 1)).toEqual(['wanted']);

  tail.want('lev:warn');
  await vi.waitFor(() => expect(tail.failure?.code).toBe('invalid'));
  expect(tail.lines).toHaveLength(0);
  tail.want('');
  await vi.waitFor(() => expect(tail.lines.length).toBeGreaterThan(before));
});

test('lines that were not sent are read from the record', async () => {
  const { transport, tail, line } = await tailed(null);
  transport.write([line(1), line(2), line(3)]);
  transport.send({ logs: [line(3)], skipped_logs: 2 });
  await vi.waitFor(() => expect(texts(tail, 3)).toEqual(['line 1', 'line 2', 'line 3']));
});

test('older lines come page by page until the record begins', async () => {
  const { transport, tail, detach, line } = await tailed(null);
  transport.write(Array.from({ length: 2500 }, (_, i) => line(i + 1)));
  detach();
  tail.attach();
  await vi.waitFor(() => expect([tail.lines.length, tail.more]).toEqual([300, true]));
  await tail.older();
  await tail.older();
  await tail.older();
  expect(texts(tail, 2500)[0]).toBe('line 1');
  while (tail.more) await tail.older();
  const ids = tail.lines.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
});

test('who comes back sees the last lines at once, then those that came meanwhile; of another search none', async () => {
  const { tail, detach } = await tailed(null);
  const held = tail.lines.length;
  tail.pause();
  detach();
  const again = tail.attach();
  expect([tail.lines.length, tail.loading, tail.follow]).toEqual([held, false, true]);
  again();
  tail.attach('nothing has this');
  expect([tail.lines.length, tail.loading]).toEqual([0, true]);
  await vi.waitFor(() => expect(tail.loading).toBe(false));
});
