// Verbs on a function's pool. Each answers with the function's new picture, which is shown at once.

import { asCallError, type SetPool } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

type Changes = Partial<Omit<SetPool, 'function'>>;

export async function setPool(host: Host, fn: number, changes: Changes): Promise<void> {
  const request: SetPool = {
    function: fn, idle_ms: null, kept_warm: null, always_cold: null, next_cold: null, emulate_cpu_share: null, concurrency: null, ...changes,
  };
  await shown(host, 'Setting not changed', host.call('set_pool', request));
}

export function sleepNow(host: Host, fn: number): Promise<void> {
  return shown(host, 'Could not put it to sleep', host.call('sleep', { function: fn }));
}

/** Builds and starts it without a call. */
export function check(host: Host, fn: number): Promise<void> {
  return shown(host, 'Check failed', host.call('check', { function: fn }));
}

async function shown(host: Host, title: string, answer: ReturnType<Host['call']>): Promise<void> {
  try {
    host.replace((await answer) as Parameters<Host['replace']>[0]);
  } catch (thrown) {
    const { message, hint } = asCallError(thrown);
    toasts.show({ tone: 'bad', about: title, title, text: hint ? `${message} (${hint})` : message });
  }
}
