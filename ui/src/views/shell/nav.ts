// The pages that exist. A page that does not is not in this list: no dead entries.

import type { IconName } from '$shared/icons';
import type { Chord } from '$shared/keys';
import type { Route } from '$shared/router.svelte';

export type PageId = 'nowhere' | 'functions' | 'function' | 'timeline' | 'load' | 'sidebyside' | 'invocations' | 'costs' | 'logs' | 'starts' | 'settings';

interface NavEntry {
  id: PageId;
  label: string;
  href: string;
  icon: IconName;
  key: Chord;
}

export const NAV: readonly NavEntry[] = [
  { id: 'functions', label: 'Functions', href: '#/functions', icon: 'functions', key: 'mod+1' },
  { id: 'timeline', label: 'Timeline', href: '#/timeline', icon: 'timeline', key: 'mod+2' },
  { id: 'load', label: 'Load', href: '#/load', icon: 'load', key: 'mod+3' },
  { id: 'invocations', label: 'Invocations', href: '#/invocations', icon: 'invocations', key: 'mod+4' },
  { id: 'costs', label: 'Costs', href: '#/costs', icon: 'costs', key: 'mod+5' },
  { id: 'logs', label: 'Logs', href: '#/logs', icon: 'logs', key: 'mod+6' },
  { id: 'starts', label: 'Cold starts', href: '#/starts', icon: 'starts', key: 'mod+7' },
  { id: 'sidebyside', label: 'Side by side', href: '#/sidebyside', icon: 'sides', key: 'mod+8' },
];

/** Stands at the sidebar's foot, and needs no project. */
export const SETTINGS: NavEntry = { id: 'settings', label: 'Settings', href: '#/settings', icon: 'settings', key: 'mod+,' };

export function pageOf(route: Route): PageId {
  const [first] = route.path;
  if (first === undefined) return 'functions';
  return first === 'function' || first === 'settings' ? first : (NAV.find(({ id }) => id === first)?.id ?? 'nowhere');
}
