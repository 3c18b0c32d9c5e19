// Which stretch of time the figures cover: one choice for all pages, kept for the tab.

export type RangeId = 'live' | '15m' | '1h' | '24h' | '7d';

interface RangeInfo {
  value: RangeId;
  label: string;
  /** Above a column of sparklines. */
  title: string;
  minutes: number;
  /** How often figures over it are worth asking for, while calls come in. */
  everyMs: number;
}

export const RANGES: readonly RangeInfo[] = [
  { value: 'live', label: 'Live', title: 'Last 5 minutes', minutes: 5, everyMs: 1000 },
  { value: '15m', label: '15 m', title: 'Last 15 minutes', minutes: 15, everyMs: 1000 },
  { value: '1h', label: '1 h', title: 'Last hour', minutes: 60, everyMs: 1500 },
  { value: '24h', label: '24 h', title: 'Last 24 hours', minutes: 1440, everyMs: 2000 },
  { value: '7d', label: '7 d', title: 'Last 7 days', minutes: 10_080, everyMs: 4000 },
];

const KEY = 'coldframe.range';

class RangeChoice {
  #id = $state<RangeId>(restore());

  get id(): RangeId {
    return this.#id;
  }

  get info(): RangeInfo {
    return RANGES.find(({ value }) => value === this.#id) ?? (RANGES[0] as RangeInfo);
  }

  set(id: RangeId): void {
    this.#id = id;
    sessionStorage.setItem(KEY, id);
  }
}

function restore(): RangeId {
  const kept = typeof sessionStorage === 'undefined' ? null : sessionStorage.getItem(KEY);
  return RANGES.find(({ value }) => value === kept)?.value ?? '24h';
}

export const range = new RangeChoice();
