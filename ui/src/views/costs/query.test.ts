import { expect, test } from 'vitest';
import { NOTHING_SET, readCalls, readPins, readSettings, readSimulator, writeSettings } from './query';

test('settings survive the way through an address', () => {
  const settings = { ...NOTHING_SET, shape: 'spiky' as const, memory_mb: 1024, architecture: 'arm64', budget: { percentile: 99.9, ms: 800 }, spare: 1, care_hours: 2.5, care_usd_per_hour: 80, core_speed: 0.5, free_tier: false, made_calls: true };
  expect(readSettings(writeSettings(settings))).toEqual(settings);
});

test('what is unset leaves the address', () => {
  expect(Object.values(writeSettings(NOTHING_SET)).every((value) => value === undefined)).toBe(true);
  expect(readSettings({})).toEqual(NOTHING_SET);
});

test.each([
  [{ mem: '64' }], [{ mem: 'much' }], [{ shape: 'square' }], [{ arch: 'mips' }], [{ budget: '98:800' }], [{ budget: '99:' }],
  [{ budget: '99:-1' }], [{ util: '0' }], [{ util: '101' }], [{ speed: '0' }], [{ spare: '-1' }], [{ rate: 'NaN' }], [{ care: 'Infinity' }],
])('%j is as if nothing was said', (query) => {
  expect(readSettings(query as Record<string, string>)).toEqual(NOTHING_SET);
});

test('a volume is from one call to ten billion', () => {
  expect(readCalls({ calls: '1' })).toBe(1);
  expect(readCalls({ calls: '0' })).toBeNull();
  expect(readCalls({ calls: '10000000001' })).toBeNull();
  expect(readCalls({ calls: '2.5e6' })).toBe(2_500_000);
});

test('the simulator starts from seed 1 and takes only what makes sense', () => {
  expect(readSimulator({ sim: 'p', idle: '-3', conc: '0', limit: '1000', min: '2' })).toEqual({ plan: 'p', seed: 1, idle_s: null, concurrency: null, limit: 1000, min_instances: 2 });
});

test('pins are few, and each only once', () => {
  expect(readPins({ pins: 'a,b,a,,c,d,e,f' })).toEqual(['a', 'b', 'c', 'd', 'e']);
});
