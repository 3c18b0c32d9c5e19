// Pausing everything, and going on.

import { asCallError } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

export async function setPaused(host: Host, paused: boolean): Promise<void> {
  try {
    host.status = await host.call('pause', { paused });
  } catch (thrown) {
    toasts.show({ tone: 'bad', about: 'pause', title: paused ? 'Not paused' : 'Not resumed', text: asCallError(thrown).message });
  }
}
