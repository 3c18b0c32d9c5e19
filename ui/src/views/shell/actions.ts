// Everything the palette can do, besides going to a function.

import type { Fn } from '$ipc';
import { label } from '$shared/keys';
import { router } from '$shared/router.svelte';
import { theme } from '$shared/theme.svelte';
import type { Session } from '$domain/context';
import { check, setPool, sleepNow } from '$domain/pool';
import { NAV, SETTINGS } from './nav';
import type { Shell } from './shell.svelte';

export interface Action {
  id: string;
  label: string;
  keys?: string;
  run: () => void;
}

export function actions({ host, workspace }: Session, shell: Shell, here: Fn | undefined): Action[] {
  const list: Action[] = [];
  if (here) {
    list.push(
      { id: 'invoke', label: `Invoke ${here.name}`, keys: label('mod+enter'), run: () => void workspace.composer(here).invoke() },
      { id: 'invoke-cold', label: `Invoke ${here.name} cold`, run: () => void workspace.composer(here).invoke(true) },
      {
        id: 'load', label: `Send traffic to ${here.name}…`, run: () => {
          workspace.load().fn = here.id;
          router.go('#/load');
        },
      },
      { id: 'sleep', label: `Put ${here.name} to sleep now`, run: () => void sleepNow(host, here.id) },
      { id: 'check', label: `Build and start ${here.name} without a call`, run: () => void check(host, here.id) },
      {
        id: 'always-cold',
        label: here.pool.always_cold ? `Let ${here.name} stay warm` : `Make every call of ${here.name} cold`,
        run: () => void setPool(host, here.id, { always_cold: !here.pool.always_cold }),
      },
    );
  }
  if (host.project) {
    for (const page of NAV) {
      list.push({ id: `go-${page.id}`, label: `Go to ${page.label}`, keys: label(page.key), run: () => router.go(page.href) });
    }
  }
  list.push({ id: `go-${SETTINGS.id}`, label: `Go to ${SETTINGS.label}`, keys: label(SETTINGS.key), run: () => router.go(SETTINGS.href) });
  list.push({ id: 'open', label: 'Open folder…', run: () => void shell.chooseFolder() });
  for (const choice of ['light', 'dark', 'system'] as const) {
    if (theme.choice !== choice) list.push({ id: `theme-${choice}`, label: `Theme: ${choice}`, run: () => theme.set(choice) });
  }
  return list;
}
