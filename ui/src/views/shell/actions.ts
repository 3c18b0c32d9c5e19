// Everything that can be done from anywhere. What only a page can do, that page offers (shared/actions).

import type { Fn } from '$ipc';
import type { Action } from '$shared/actions.svelte';
import { copyText } from '$shared/clipboard';
import { href, router } from '$shared/router.svelte';
import { theme } from '$shared/theme.svelte';
import { undo } from '$shared/undo.svelte';
import type { Session } from '$domain/context';
import { cancel, install, isWorking } from '$domain/job.svelte';
import { provider, runtime } from '$domain/labels';
import { openOutside } from '$domain/outside';
import { setPaused } from '$domain/pausing';
import { check, setPool, sleepNow } from '$domain/pool';
import { range, RANGES } from '$domain/range.svelte';
import { snippets } from '$domain/snippets';
import { startTwin, stopTwin } from '$domain/twin';
import { TABS } from '../function/tabs';
import { PARTS } from '../settings/parts';
import { NAV, SETTINGS } from './nav';
import type { Shell } from './shell.svelte';

/** `here`: the function whose page is open. */
export function actions(session: Session, shell: Shell, here: Fn | undefined): Action[] {
  return [
    ...(here ? ofFunction(session, here) : []),
    ...going(session, here),
    ...ofProject(session, shell),
    ...(undo.last === null ? [] : [{ id: 'undo', group: 'Project' as const, label: `Undo: ${undo.last}`, keys: 'mod+z' as const, run: () => void undo.undo() }]),
    ...viewing(),
    { id: 'palette', group: 'Help', label: 'Search or run a command', keys: 'mod+k', run: () => (shell.palette = !shell.palette) },
    { id: 'shortcuts', group: 'Help', label: 'Keyboard shortcuts', keys: '?', run: () => (shell.shortcuts = true) },
    ...functions(session, here),
    ...openedBefore(session, shell),
  ];
}

/** Installing what it needs, and giving up what goes on. */
function ofTools(host: Session['host'], fn: Fn): Action[] {
  const group = 'Function' as const;
  if (isWorking(fn)) return [{ id: 'cancel', group, label: `Cancel the ${fn.job?.kind === 'build' ? 'build' : 'installation'} of ${fn.name}`, run: () => void cancel(host, fn.id) }];
  const remedy = fn.problems.find((problem) => problem.remedy !== null)?.remedy;
  return remedy ? [{ id: 'install', group, label: remedy, detail: `for ${fn.name}`, run: () => void install(host, fn) }] : [];
}

function ofFunction({ host, workspace }: Session, fn: Fn): Action[] {
  const { id, name, pool } = fn;
  const group = 'Function' as const;
  const endpoint = host.hello?.surfaces.find((surface) => surface.provider === fn.provider)?.url;
  const composer = workspace.composer(fn);
  const copies = endpoint === undefined || composer.invalid !== null ? [] : snippets(fn, composer.text, { endpoint });
  const [url] = fn.urls;
  return [
    { id: 'invoke', group, label: `Invoke ${name}`, keys: 'mod+enter', run: () => void workspace.invoke(fn) },
    { id: 'invoke-cold', group, label: `Invoke ${name} cold`, run: () => void workspace.invoke(fn, true) },
    { id: 'save', group, label: 'Save the open file', keys: 'mod+s', run: () => void workspace.save(fn) },
    { id: 'open-outside', group, label: 'Open the file in your editor', keys: 'mod+e', run: () => {
      const { current } = workspace.code(fn);
      if (current) void openOutside(host, fn, current);
    } },
    { id: 'check', group, label: `Build and start ${name} now`, detail: 'without a call', run: () => void check(host, id) },
    { id: 'compare', group, label: `Compare ${name} with the last commit`, detail: 'starts and calls with its event, which really run', run: () => router.go(href(`function/${id}`, { tab: 'reloads', compare: 'now' })) },
    ...ofTools(host, fn),
    { id: 'load', group, label: `Send traffic to ${name}…`, run: () => {
      workspace.load().fn = id;
      router.go('#/load');
    } },
    { id: 'sleep', group, label: `Put ${name} to sleep now`, detail: 'ends its idle instances', run: () => void sleepNow(host, id) },
    { id: 'twin', group, label: fn.twin ? `Stop the resident twin of ${name}` : `Start a resident twin of ${name}`, detail: fn.twin ? 'its calls are finished first' : 'processes that live on beside the pool', run: () => void (fn.twin ? stopTwin : startTwin)(host, id) },
    { id: 'next-cold', group, label: pool.next_cold ? `Let the next call of ${name} be warm` : `Make the next call of ${name} cold`, run: () => void setPool(host, id, { next_cold: !pool.next_cold }) },
    { id: 'always-cold', group, label: pool.always_cold ? `Let ${name} stay warm` : `Make every call of ${name} cold`, run: () => void setPool(host, id, { always_cold: !pool.always_cold }) },
    { id: 'keep-warm', group, label: pool.kept_warm > 0 ? `Let ${name} sleep when idle` : `Keep an instance of ${name} warm`, run: () => void setPool(host, id, { kept_warm: pool.kept_warm > 0 ? 0 : 1 }) },
    { id: 'cpu-share', group, label: pool.emulate_cpu_share ? `Give ${name} the whole CPU` : `Give ${name} the CPU of its memory size`, run: () => void setPool(host, id, { emulate_cpu_share: !pool.emulate_cpu_share }) },
    ...(url === undefined ? [] : [{ id: 'copy-address', group, label: `Copy the address of ${name}`, detail: url, run: () => void copyText('The address', url) }]),
    ...copies.map((copy) => ({ id: `copy-${copy.id}`, group, label: `Copy the call as ${copy.label}`, run: () => void copyText(copy.label, copy.text) })),
  ];
}

function going({ host }: Session, here: Fn | undefined): Action[] {
  const group = 'Go' as const;
  const pages = host.project ? [...NAV, SETTINGS] : [SETTINGS];
  return [
    ...pages.map((page) => ({ id: `go-${page.id}`, group, label: page.label, keys: page.key, run: () => router.go(page.href) })),
    ...(here ? TABS.map((tab) => ({ id: `tab-${tab.id}`, group, label: `${here.name}: ${tab.label}`, run: () => router.go(tabOf(here, tab.id)) })) : []),
    ...PARTS.map(([id, title]) => ({ id: `settings-${id}`, group, label: `Settings: ${title}`, run: () => router.go(href('settings', { part: id })) })),
  ];
}

function ofProject({ host }: Session, shell: Shell): Action[] {
  const group = 'Project' as const;
  const paused = host.status?.paused ?? false;
  const awake = host.functions.filter((fn) => fn.pool.instances.length > 0);
  return [
    { id: 'open', group, label: 'Open folder…', keys: 'mod+o', run: () => void shell.chooseFolder() },
    { id: 'new', group, label: 'New function…', run: () => (shell.creating = true) },
    ...(host.project ? [{ id: 'pause', group, label: paused ? 'Resume: take calls and saves again' : 'Pause: take no calls and no saves', detail: paused ? '' : 'everything sleeps', run: () => void setPaused(host, !paused) }] : []),
    { id: 'samples', group, label: 'Try the samples', run: () => void shell.openSamples() },
    ...(awake.length > 0 ? [{ id: 'sleep-all', group, label: 'Put every function to sleep now', run: () => awake.forEach((fn) => void sleepNow(host, fn.id)) }] : []),
    ...(host.hello?.surfaces ?? []).map((surface) => ({ id: `copy-surface-${surface.provider}`, group, label: `Copy the address of ${provider(surface.provider)}`, detail: surface.url, run: () => void copyText('The address', surface.url) })),
    { id: 'clear', group, label: 'Clear the record…', run: () => router.go(href('settings', { part: 'record' })) },
  ];
}

function viewing(): Action[] {
  const group = 'View' as const;
  return [
    ...(['light', 'dark', 'system'] as const).filter((choice) => theme.choice !== choice).map((choice) => ({ id: `theme-${choice}`, group, label: `Theme: ${choice === 'system' ? 'as the system has it' : choice}`, run: () => theme.set(choice) })),
    ...RANGES.filter(({ value }) => value !== range.id).map(({ value, title }) => ({ id: `range-${value}`, group, label: `Figures of: ${title.toLowerCase()}`, run: () => range.set(value) })),
  ];
}

/** Every function, and each part of it. */
function functions({ host }: Session, here: Fn | undefined): Action[] {
  const group = 'Functions' as const;
  return host.functions.flatMap((fn) => {
    const detail = `${runtime(fn)} · ${provider(fn.provider)}`;
    // Those of the one that is open are among the places to go.
    const parts = TABS.filter((tab) => tab.id !== 'invoke' && fn.id !== here?.id).map((tab) => ({ id: `fn-${fn.id}-${tab.id}`, group, label: `${fn.name}: ${tab.label}`, detail, run: () => router.go(tabOf(fn, tab.id)) }));
    return [{ id: `fn-${fn.id}`, group, label: fn.name, detail, run: () => router.go(`#/function/${fn.id}`) }, ...parts];
  });
}

function openedBefore({ host }: Session, shell: Shell): Action[] {
  const others = (host.hello?.recent ?? []).filter(({ root }) => root !== host.project?.root);
  return others.map(({ root, name }) => ({ id: `recent-${root}`, group: 'Opened before', label: `Open ${name}`, detail: root, run: () => void shell.open(root) }));
}

const tabOf = (fn: Fn, tab: string): string => href(`function/${fn.id}`, { tab: tab === 'invoke' ? undefined : tab });
