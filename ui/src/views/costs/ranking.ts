// Which options are shown and in which order. One that would not do the work, or that a budget rules out, stands at the
// end whatever the column: it is no choice, but a person should see why.

import type { CostOption } from '$ipc';

export type SortKey = 'usd' | 'list' | 'rounding' | 'p99' | 'cold' | 'provider' | 'idle' | 'count' | 'wait' | 'title';
export type Direction = 1 | -1;
export type Shown = 'current' | 'mine' | 'all';

const amount = (text: string | null): number => (text === null ? Infinity : Number(text));

const VALUES: Record<SortKey, (option: CostOption) => number | string> = {
  usd: (option) => amount(option.usd),
  list: (option) => amount(option.list_usd),
  rounding: (option) => amount(option.rounding_usd),
  p99: (option) => option.latency?.p99_ms ?? Infinity,
  cold: (option) => option.cold?.typical_ms ?? Infinity,
  provider: (option) => providerName(option.provider),
  title: (option) => option.title,
  idle: (option) => option.idle_percent ?? Infinity,
  count: (option) => option.count ?? Infinity,
  wait: (option) => waitOf(option) ?? Infinity,
};

/** What calls wait at the busiest minute on the machines that are counted; null: without end, or not known. */
export function waitOf(option: CostOption): number | null {
  return option.fleet?.at.at(-1)?.wait_p99_ms ?? null;
}

/** Why it is no choice, in a sentence; null while it is one. */
export function excluded(option: CostOption): string | null {
  if (option.refusal !== null) return `Would refuse: ${option.refusal}`;
  if (option.ruled_out !== null) return `Ruled out: ${option.ruled_out}`;
  return null;
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : a === b ? 0 : a - b;
}

export function ranked(options: readonly CostOption[], key: SortKey, direction: Direction): CostOption[] {
  const of = VALUES[key];
  const rank = (option: CostOption): number => (excluded(option) === null ? 0 : option.refusal === null ? 1 : 2);
  return [...options].sort(
    (a, b) => rank(a) - rank(b) || compare(of(a), of(b)) * direction || amount(a.usd) - amount(b.usd) || amount(a.list_usd) - amount(b.list_usd) || a.title.localeCompare(b.title),
  );
}

export interface Filter {
  shown: Shown;
  /** Null: of every provider. */
  provider: string | null;
  /** The providers of the project's own functions. */
  mine: readonly string[];
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export function passes(option: CostOption, { shown, provider, mine }: Filter): boolean {
  if (provider !== null && option.provider !== provider) return false;
  if (shown === 'current') return option.status === 'current';
  if (shown === 'mine') return mine.some((one) => same(one, option.provider));
  return true;
}

export function providers(options: readonly CostOption[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { provider } of options) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => providerName(a.name).localeCompare(providerName(b.name)));
}

const PROVIDERS: Record<string, string> = {
  aws: 'AWS', azure: 'Azure', cloudflare: 'Cloudflare', digitalocean: 'DigitalOcean', fly: 'Fly.io', gcp: 'Google', heroku: 'Heroku',
  hetzner: 'Hetzner', ibm: 'IBM', ionos: 'IONOS', netlify: 'Netlify', render: 'Render', self: 'Your own', vercel: 'Vercel',
};

/** The name a person knows; an unknown one, as from a book of their own, as it is. */
export function providerName(id: string): string {
  return PROVIDERS[id] ?? id;
}

/** How a plan counts, or what a machine is. */
export const GROUPS: Record<string, string> = {
  'per-invocation': 'by call', 'active-instance': 'by busy instance', 'active-cpu': 'by CPU time', lifetime: 'by instance alive',
  nodes: 'by node', vm: 'VM', container: 'container', paas: 'PaaS', node: 'node',
};
