// A made-up simulated day: curves that look like one, figures that fit them.

import type { Simulation, SimulationQuery } from '../wire';
import { PLANS } from './catalogue';
import { makeCosts } from './costs';
import { Random } from './random';
import { rates } from './traffic';

export function simulate({ cost, plan, seed, idle_s, concurrency, limit, min_instances }: SimulationQuery): Simulation {
  const known = PLANS.find(({ id }) => id === plan);
  const shape = cost.settings.shape ?? 'recorded';
  const month = cost.calls_per_month ?? 900_000;
  const steps = shape === 'weekly' ? 336 : 144;
  const minutes = (shape === 'weekly' ? 10_080 : 1440) / steps;
  const random = new Random(seed * 97 + 11);
  const relative = rates(shape, steps, new Random(seed + 3));
  const mean = relative.reduce((sum, rate) => sum + rate, 0) / steps;
  const calls = relative.map((rate) => Math.round(((rate / mean) * month * minutes) / 43_800));
  const idle = idle_s ?? 300;
  const least = min_instances ?? 0;
  const each = concurrency ?? 1;
  const busy = calls.map((n) => Math.min((limit ?? Infinity) * 0.97, (n * 0.0642 * (0.8 + random.next() * 0.4)) / (minutes * 60)));
  const mostly = busy.map((b) => Math.max(least, Math.min(limit ?? Infinity, Math.max(b, ((b * 1.2 + Math.log1p(b * idle)) * (idle / 300) ** 0.3) / each))));
  const most = mostly.map((a, i) => Math.min(limit ?? Infinity, Math.ceil(a + Math.sqrt(a + (calls[i] ?? 0) / 200) * 1.4)));
  const cold = calls.map((n, i) => Math.round(n * 0.023 * (300 / idle) ** 0.6 * (least > 0 ? 0.1 : 1) * (0.4 + random.next() * 1.2) * ((relative[i] ?? 1) < 0.6 ? 1.8 : 0.8)));
  const throttled = calls.map((n, i) => (limit !== null && (most[i] ?? 0) >= limit && (relative[i] ?? 0) > 1.6 * mean ? Math.round(n * 0.04 * random.next()) : 0));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const option = makeCosts({ ...cost, calls_per_month: month }, 'full').plans.find(({ id }) => id === plan);
  return {
    plan, title: known?.title ?? plan, shape, calls_per_month: month, seed, idle_s: idle, concurrency: each, limit, min_instances: least, step_minutes: minutes,
    alive_max: most, alive_mean: mostly, busy_mean: busy, calls, cold, throttled,
    cold_percent: (sum(cold) / sum(calls)) * 100, throttled_percent: (sum(throttled) / sum(calls)) * 100, utilisation_percent: Math.min(100, (sum(busy) / Math.max(sum(mostly), 0.01)) * 100), peak_instances: Math.max(...most),
    p50_ms: 61, p95_ms: 144, p99_ms: known?.p99 ?? 600, p999_ms: (known?.p99 ?? 600) * 1.7, lines: option?.lines ?? [], usd: option?.usd ?? '0',
    assumes: ['service times are drawn from 29,640 recorded calls, cold and warm apart', `an instance waits ${idle} s for the next call before it ends`, 'a call goes to the instance that was used last', 'simulated call by call: no scaling error'],
  };
}
