// Verbs on a function's resident twin. Each shows what it came to in the function's own picture.

import { asCallError } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

export async function startTwin(host: Host, fn: number): Promise<void> {
  await shown('Its resident twin could not be started', host.call('start_twin', { function: fn }));
}

export async function stopTwin(host: Host, fn: number): Promise<void> {
  await shown('Its resident twin could not be stopped', host.call('stop_twin', { function: fn }));
}

/** Whether it is on comes with the function, as all that is live. */
async function shown(title: string, answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (thrown) {
    const { message, hint } = asCallError(thrown);
    toasts.show({ tone: 'bad', about: title, title, text: hint ? `${message} (${hint})` : message });
  }
}
