// What the Costs page was asked, as it stands in its address: a link leads back to the same figures. Whatever is not
// understood there is as if it was not said; nothing here asks the host.

import type { CostSettings, TrafficShape } from '$ipc';

type Query = Record<string, string | undefined>;

export const SHAPES: readonly { value: TrafficShape; label: string; says: string }[] = [
  { value: 'recorded', label: 'As recorded', says: 'the hours of the record, repeated' },
  { value: 'steady', label: 'Steady', says: 'the same at any time' },
  { value: 'poisson', label: 'Random', says: 'independent callers' },
  { value: 'daily', label: 'Daily', says: 'busy by day, quiet at night' },
  { value: 'weekly', label: 'Weekly', says: 'busy days, quiet weekends' },
  { value: 'spiky', label: 'Spiky', says: 'a few short rushes a day' },
  { value: 'bursty', label: 'Bursty', says: 'on for minutes, then off' },
];

export const MEMORIES = [128, 256, 512, 1024, 1769, 2048, 3008, 4096, 8192, 10_240] as const;
export const ARCHITECTURES = ['x86_64', 'arm64'] as const;
export const PERCENTILES = [50, 95, 99, 99.9] as const;
export const MOST_CALLS = 10_000_000_000;

/** The numbers among the settings: their key in the address, and from where to where they make sense. */
export const NUMBERS = {
  memory_mb: { key: 'mem', least: 128, most: 10_240 },
  utilisation_percent: { key: 'util', least: 1, most: 100 },
  headroom_percent: { key: 'head', least: 0, most: 1000 },
  spare: { key: 'spare', least: 0, most: 100 },
  care_hours: { key: 'care', least: 0, most: 744 },
  care_usd_per_hour: { key: 'rate', least: 0, most: 10_000 },
  core_speed: { key: 'speed', least: 0.05, most: 20 },
} as const;

export type NumberSetting = keyof typeof NUMBERS;

export const NOTHING_SET: CostSettings = {
  shape: null, memory_mb: null, architecture: null, budget: null, utilisation_percent: null, headroom_percent: null,
  spare: null, care_hours: null, care_usd_per_hour: null, core_speed: null, free_tier: null, made_calls: null,
};

/** The settings in "Assumptions", which are reset together. */
export const ASSUMED = ['utilisation_percent', 'headroom_percent', 'spare', 'care_hours', 'care_usd_per_hour', 'core_speed', 'free_tier', 'made_calls'] as const satisfies readonly (keyof CostSettings)[];

export function number(text: string | undefined, least: number, most: number): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= least && value <= most ? value : null;
}

function whole(text: string | undefined, least: number, most: number): number | null {
  const value = number(text, least, most);
  return value === null ? null : Math.round(value);
}

export function readCalls(query: Query): number | null {
  return whole(query.calls, 1, MOST_CALLS);
}

export function readSettings(query: Query): CostSettings {
  const of = (name: NumberSetting): number | null => number(query[NUMBERS[name].key], NUMBERS[name].least, NUMBERS[name].most);
  const [percentile, ms] = (query.budget ?? '').split(':');
  const limit = number(ms, 1, 3_600_000);
  const p = PERCENTILES.find((one) => String(one) === percentile);
  const rounded = (name: NumberSetting): number | null => (of(name) === null ? null : Math.round(of(name) ?? 0));
  return {
    shape: SHAPES.find(({ value }) => value === query.shape)?.value ?? null,
    memory_mb: rounded('memory_mb'),
    architecture: ARCHITECTURES.find((one) => one === query.arch) ?? null,
    budget: p !== undefined && limit !== null ? { percentile: p, ms: limit } : null,
    utilisation_percent: of('utilisation_percent'),
    headroom_percent: of('headroom_percent'),
    spare: rounded('spare'),
    care_hours: of('care_hours'),
    care_usd_per_hour: of('care_usd_per_hour'),
    core_speed: of('core_speed'),
    free_tier: query.free === 'no' ? false : null,
    made_calls: query.made === 'yes' ? true : null,
  };
}

/** The part of the address that says `settings`; what is not set is taken out of it. */
export function writeSettings(settings: Partial<CostSettings>): Query {
  const query: Query = {};
  for (const [name, value] of Object.entries(settings) as [keyof CostSettings, CostSettings[keyof CostSettings]][]) {
    if (name === 'shape') query.shape = settings.shape ?? undefined;
    else if (name === 'architecture') query.arch = settings.architecture ?? undefined;
    else if (name === 'free_tier') query.free = settings.free_tier === false ? 'no' : undefined;
    else if (name === 'made_calls') query.made = settings.made_calls === true ? 'yes' : undefined;
    else if (name === 'budget') query.budget = settings.budget ? `${settings.budget.percentile}:${settings.budget.ms}` : undefined;
    else query[NUMBERS[name].key] = value === null ? undefined : String(value);
  }
  return query;
}

export interface SimulatorControls {
  plan: string | null;
  seed: number;
  idle_s: number | null;
  concurrency: number | null;
  limit: number | null;
  min_instances: number | null;
}

export const SIMULATOR = {
  idle_s: { key: 'idle', least: 0, most: 86_400 },
  concurrency: { key: 'conc', least: 1, most: 1000 },
  limit: { key: 'limit', least: 1, most: 1_000_000 },
  min_instances: { key: 'min', least: 0, most: 10_000 },
} as const;

export function readSimulator(query: Query): SimulatorControls {
  const of = (name: keyof typeof SIMULATOR): number | null => whole(query[SIMULATOR[name].key], SIMULATOR[name].least, SIMULATOR[name].most);
  return {
    plan: query.sim ?? null,
    seed: whole(query.seed, 0, 0xffff_ffff) ?? 1,
    idle_s: of('idle_s'), concurrency: of('concurrency'), limit: of('limit'), min_instances: of('min_instances'),
  };
}

/** The options a person put into the chart, at most as many as can be told apart. */
export const MOST_PINS = 5;

export function readPins(query: Query): string[] {
  return [...new Set((query.pins ?? '').split(',').filter(Boolean))].slice(0, MOST_PINS);
}
