import { expect, test, vi } from 'vitest';
import type { CostQuery } from '$ipc';
import { MockTransport } from '$ipc/mock';
import { CostFigures } from './costs.svelte';
import { Host } from './host.svelte';
import { SettingsState } from './settings.svelte';

/** A host of which these questions are never answered, and who still waits for them. */
function slow(...slowly: string[]) {
  const transport = new MockTransport('full', false);
  const waiting: AbortSignal[] = [];
  const answered = transport.call.bind(transport);
  const call: typeof transport.call = (name, request, signal?: AbortSignal) => {
    if (!slowly.includes(name) || !signal) return answered(name, request);
    waiting.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('nobody waits'))));
  };
  transport.call = call;
  const host = new Host(transport);
  host.start();
  return { host, given: () => waiting.map(({ aborted }) => aborted) };
}

test('a bill is given up for the next question, and by who leaves', async () => {
  const { host, given } = slow('costs');
  const figures = new CostFigures(host);
  const leave = figures.attach();
  figures.ask({ calls_per_month: 1 } as CostQuery);
  await vi.waitFor(() => expect(given()).toEqual([false]));
  figures.ask({ calls_per_month: 2 } as CostQuery);
  await vi.waitFor(() => expect(given()).toEqual([true, false]));
  leave();
  expect(given()).toEqual([true, true]);
  figures.attach();
  figures.ask({ calls_per_month: 2 } as CostQuery);
  await vi.waitFor(() => expect(given()).toEqual([true, true, false]));
  expect([figures.asking, figures.failure]).toEqual([true, null]);
});

test('the record is not counted for who has left', async () => {
  const { host, given } = slow('recorded_projects');
  const settings = new SettingsState(host);
  const leave = settings.attach();
  await vi.waitFor(() => expect(given()).toEqual([false]));
  leave();
  expect(given()).toEqual([true]);
  await vi.waitFor(() => expect(settings.settings).not.toBeNull());
  expect(settings.projectsFailure).toBeNull();
});
