// Verbs on a function's pool. Each answers with the function's new picture, which is shown at once.

import { asCallError, type Fn, type SetPool } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import { undo } from '$shared/undo.svelte';
import type { Host } from './host.svelte';

type Changes = Partial<Omit<SetPool, 'function'>>;

const UNCHANGED: Omit<SetPool, 'function'> = {
  idle_ms: null, kept_warm: null, always_cold: null, next_cold: null, emulate_cpu_share: null, concurrency: null,
};

export async function setPool(host: Host, fn: number, changes: Changes): Promise<void> {
  const request: SetPool = { ...UNCHANGED, function: fn, ...changes };
  const before = host.byId(fn);
  if ((await shown(host, 'Setting not changed', host.call('set_pool', request))) && before) offerBack(host, before, changes);
}

const NAMES: Record<string, string> = {
  idle_ms: 'idle time', kept_warm: 'instances kept warm', always_cold: 'always cold', emulate_cpu_share: 'CPU share', concurrency: 'concurrency',
};

/** A switch for the next call is turned back by itself. */
function offerBack(host: Host, before: Fn, changes: Changes): void {
  const { idle_ms, kept_warm, always_cold, emulate_cpu_share, concurrency } = before.pool;
  const held: Changes = { idle_ms, kept_warm, always_cold, emulate_cpu_share, concurrency: concurrency ?? 'none' };
  const back = Object.fromEntries(Object.entries(held).filter(([name, was]) => name in changes && changes[name as keyof Changes] !== was)) as Changes;
  const names = Object.keys(back).map((name) => NAMES[name] ?? name);
  if (names.length === 0) return;
  const request: SetPool = { ...UNCHANGED, function: before.id, ...back };
  undo.offer(`Changed the ${names.join(' and ')} of ${before.name}`, '', async () => host.replace(await host.call('set_pool', request)));
}

export async function sleepNow(host: Host, fn: number): Promise<void> {
  await shown(host, 'Could not put it to sleep', host.call('sleep', { function: fn }));
}

/** Builds and starts it without a call. */
export async function check(host: Host, fn: number): Promise<void> {
  await shown(host, 'Check failed', host.call('check', { function: fn }));
}

async function shown(host: Host, title: string, answer: ReturnType<Host['call']>): Promise<boolean> {
  try {
    host.replace((await answer) as Parameters<Host['replace']>[0]);
    return true;
  } catch (thrown) {
    const { message, hint } = asCallError(thrown);
    toasts.show({ tone: 'bad', about: title, title, text: hint ? `${message} (${hint})` : message });
    return false;
  }
}
