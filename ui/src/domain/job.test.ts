import { expect, test, vi } from 'vitest';
import type { Fn, JobLine, LiveBatch } from '$ipc';
import type { Follower, Host } from './host.svelte';
import { JobOutput } from './job.svelte';

const line = (number: number, job = 7): JobLine => ({ job, number, text: `line ${number}` });
const batch = (job_lines: JobLine[], functions: Partial<Fn>[] = []): LiveBatch => ({
  functions: functions as Fn[], invocations: [], skipped: [], logs: [], skipped_logs: 0, job_lines, saved: [], reloads: [], receipts: [], notices: [], status: null, stale: false,
});

/** A host that has said so many lines of a job. */
function staged(job: number | null, said: JobLine[]) {
  let follower: Follower = {};
  const call = vi.fn(() => Promise.resolve({ job: job === null ? null : { id: job }, lines: said }));
  const host = { call, follow: (one: Follower) => ((follower = one), () => undefined) };
  const output = new JobOutput(host as unknown as Host, 1);
  output.attach();
  return { output, call, hear: (heard: LiveBatch) => follower.batch?.(heard) };
}

const numbers = (output: JobOutput): number[] => output.lines.map(({ number }) => number);

test('lines are added as they come, each once', async () => {
  const { output, call, hear } = staged(7, [line(0), line(1)]);
  await vi.waitFor(() => expect(output.job).toBe(7));
  hear(batch([line(1), line(2)]));
  hear(batch([line(3, 8)]));
  expect(numbers(output)).toEqual([0, 1, 2]);
  expect(call).toHaveBeenCalledTimes(1);
});

test('where lines are missing all of them are asked for', async () => {
  const said = [line(0)];
  const { output, hear } = staged(7, said);
  await vi.waitFor(() => expect(output.job).toBe(7));
  said.push(line(1), line(2), line(3));
  hear(batch([line(3)]));
  await vi.waitFor(() => expect(numbers(output)).toEqual([0, 1, 2, 3]));
});

test('another job begins with its own first line', async () => {
  const { output, call, hear } = staged(7, [line(0)]);
  await vi.waitFor(() => expect(output.job).toBe(7));
  call.mockResolvedValue({ job: { id: 9 }, lines: [line(0, 9)] });
  hear(batch([line(0, 9)], [{ id: 1, job: { id: 9 } as Fn['job'] }]));
  await vi.waitFor(() => expect(output.job).toBe(9));
  expect(output.lines).toEqual([line(0, 9)]);
});
