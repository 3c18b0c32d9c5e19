// Made-up load tests: three that were kept, and one that runs in quick motion when it is started.

import { CallError } from '../transport';
import type { Fn, LoadDetail, LoadLatency, LoadPlan, LoadRun, LoadSeries, LoadState, StartLoad, TwinLoad } from '../wire';
import { Random } from './random';

/** Seconds of a run that pass in one. */
const QUICK = 8;
const STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60];
const PERCENTS = [0, 10, 25, 50, 60, 70, 75, 80, 85, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99];

interface Kept {
  id: number;
  fn: Fn;
  event: string;
  plan: LoadPlan;
  startedMs: number;
  /** Seconds after which it was stopped; null for its whole length. */
  stoppedS: number | null;
  /** How many calls a second it can serve. */
  capacity: number;
  running: boolean;
  removed: boolean;
}

function planOf(asked: StartLoad): LoadPlan {
  const seconds = asked.seconds ?? 240;
  const base = { shape: asked.shape, rate: asked.rate ?? 3.4, from_rate: null, peak_rate: null, peak_s: null, seconds, replay_minutes: null, speed: null, seed: asked.seed ?? 1, most_in_flight: asked.most_in_flight ?? 1000, most_waiting: asked.most_waiting ?? 128, calls: 0, twin: asked.twin ?? false };
  const plan: LoadPlan = {
    constant: base,
    poisson: base,
    ramp: { ...base, from_rate: asked.from_rate ?? 0 },
    spike: { ...base, peak_rate: asked.peak_rate, peak_s: asked.peak_s ?? seconds / 10 },
    replay: { ...base, replay_minutes: asked.replay_minutes, speed: asked.speed ?? 1 },
  }[asked.shape];
  return { ...plan, calls: sum(seriesOf({ plan, capacity: Infinity, stoppedS: null }, Infinity).due) };
}

function wantedAt(plan: LoadPlan, s: number): number {
  if (plan.shape === 'ramp') return (plan.from_rate ?? 0) + ((plan.rate - (plan.from_rate ?? 0)) * s) / plan.seconds;
  if (plan.shape === 'spike') return Math.abs(s - plan.seconds / 2) < (plan.peak_s ?? 1) / 2 ? (plan.peak_rate ?? plan.rate) : plan.rate;
  return plan.rate;
}

function seriesOf({ plan, capacity, stoppedS }: Pick<Kept, 'plan' | 'capacity' | 'stoppedS'>, untilS: number): LoadSeries {
  const random = new Random(plan.seed + Math.round(plan.rate * plan.seconds));
  const sending = Math.min(plan.seconds, stoppedS ?? plan.seconds);
  const step = STEPS_S.find((s) => plan.seconds / s <= 150) ?? 60;
  const series: LoadSeries = { step_s: step, due: [], dropped: [], answered: [], errors: [], throttled: [], cold: [], p50_ms: [], p99_ms: [], instances: [], in_flight: [] };
  let alive = 0;
  for (let s = 0; s < Math.min(untilS, sending); s += step) {
    const wanted = wantedAt(plan, s) * step;
    const due = Math.max(0, Math.round(plan.shape === 'constant' || plan.shape === 'ramp' ? wanted : wanted * (0.75 + random.next() * 0.5)));
    const throttled = Math.max(0, Math.round(due - capacity * step));
    const needs = Math.ceil(Math.min(capacity, due / step) * 0.09) + 1;
    const cold = Math.max(0, needs - alive);
    alive = Math.max(alive, needs);
    const answered = due - throttled;
    series.due.push(due);
    series.throttled.push(throttled);
    series.dropped.push(0);
    series.answered.push(answered);
    series.errors.push(random.next() < 0.05 ? 1 : 0);
    series.cold.push(cold);
    series.p50_ms.push(answered === 0 ? null : 78 + random.next() * 9);
    series.p99_ms.push(answered === 0 ? null : (cold > 0 ? 330 : 118) + random.next() * 40);
    series.instances.push(alive);
    series.in_flight.push(Math.min(alive, Math.round((answered / step) * 0.085)));
  }
  return series;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** No cold start, and a machine by the hour. */
function twinOf({ figures }: LoadRun): TwinLoad {
  const { latency } = figures;
  const quicker = latency && { ...latency, p99_ms: latency.p90_ms, p999_ms: latency.p99_ms, max_ms: latency.p999_ms };
  return {
    figures: { ...figures, cold: 0, instances: 2, peak_instances: 2, latency: quicker, usage: { ...figures.usage, cold_calls: 0, cold_ms: 0, cold_init_ms: 0 } },
    processes: 2, calls_each: 1, held_up: null,
    price: figures.achieved_rate > 0 ? { plan: 'aws-t4g-nano', title: 'EC2 t4g.nano', usd_per_hour: '0.0042', usd_per_million: (0.0042 / (figures.achieved_rate * 0.0036)).toFixed(2), basis: 'its hour, whatever is sent' } : null,
  };
}

export class MockLoads {
  private runs: Kept[] = [];

  constructor(functions: readonly Fn[], now: number, kept: boolean) {
    const [first, second] = functions;
    if (!kept || !first || !second) return;
    const add = (fn: Fn, minutesAgo: number, capacity: number, stoppedS: number | null, asked: Partial<StartLoad>): void => {
      const plan = planOf({ function: fn.id, event: '{}', shape: 'constant', rate: 50, from_rate: null, peak_rate: null, peak_s: null, seconds: 60, replay_minutes: null, speed: null, seed: 1, most_in_flight: null, most_waiting: null, ...asked });
      this.runs.unshift({ id: 1_790_000_000_000_000 + this.runs.length, fn, event: '{\n  "name": "world"\n}', plan, startedMs: now - minutesAgo * 60_000, stoppedS, capacity, running: false, removed: false });
    };
    add(second, 95, 1e9, 21, { shape: 'replay', rate: null, replay_minutes: 15, speed: 4, seconds: 225 });
    add(first, 42, 40, null, { shape: 'spike', rate: 10, peak_rate: 120, peak_s: 10 });
    add(first, 20, 70, null, { shape: 'ramp', rate: 100 });
    add(first, 12, 1e9, null, { shape: 'poisson' });
  }

  running(): number | null {
    this.runs.forEach((run) => this.settle(run));
    return this.runs.find(({ running }) => running)?.id ?? null;
  }

  start(fn: Fn, asked: StartLoad): LoadRun {
    if (this.running() !== null) throw new CallError('conflict', 'a load test of thumbnailer goes on', 'stop it first: two would measure each other');
    if ((asked.rate ?? 0) > 5000) throw new CallError('invalid', `the rate goes from 0 to 5000 calls a second, not ${asked.rate}`);
    const run: Kept = { id: 1_790_000_100_000_000 + this.runs.length, fn, event: asked.event, plan: planOf(asked), startedMs: Date.now(), stoppedS: null, capacity: 1e9, running: true, removed: false };
    this.runs.unshift(run);
    return this.detail(run.id).run;
  }

  stop(id: number): LoadRun {
    const run = this.get(id);
    if (run.running) [run.stoppedS, run.running] = [((Date.now() - run.startedMs) / 1000) * QUICK, false];
    return this.detail(id).run;
  }

  list(): LoadRun[] {
    return this.runs.filter(({ removed }) => !removed).map(({ id }) => this.detail(id).run);
  }

  remove(id: number): void {
    this.get(id).removed = true;
  }

  restore(id: number): LoadRun {
    const run = this.runs.find((one) => one.id === id && one.removed);
    if (!run) throw new CallError('not_found', `the load test ${id} is gone for good`);
    run.removed = false;
    return this.detail(id).run;
  }

  detail(id: number): LoadDetail {
    const kept = this.get(id);
    this.settle(kept);
    const { plan } = kept;
    const elapsed = kept.running ? Math.max(0.1, ((Date.now() - kept.startedMs) / 1000) * QUICK) : (kept.stoppedS ?? plan.seconds);
    const series = seriesOf(kept, elapsed);
    const [due, throttled, answered, errors, cold] = [series.due, series.throttled, series.answered, series.errors, series.cold].map(sum) as [number, number, number, number, number];
    const tail = kept.capacity < 1e9 ? 1.5 : 1;
    const latency: LoadLatency | null = answered === 0 ? null : { mean_ms: 88.2 * tail, p50_ms: 81.4 * tail, p90_ms: 104 * tail, p99_ms: 212 * tail, p999_ms: 344 * tail, max_ms: 391 * tail };
    const state: LoadState = kept.running ? 'running' : kept.stoppedS === null ? 'done' : 'stopped';
    const achieved = answered / elapsed;
    const run: LoadRun = {
      id, function: kept.fn.id, name: kept.fn.name, started_at: new Date(kept.startedMs).toISOString(), ended_at: kept.running ? null : new Date(kept.startedMs + elapsed * 1000).toISOString(), state, plan, event: kept.event,
      figures: { elapsed_s: elapsed, due, sent: due, dropped: 0, crowded: 0, in_flight: kept.running ? (series.in_flight.at(-1) ?? 0) : 0, unfinished: 0, ok: answered - errors, errors, throttled, cold, instances: series.instances.at(-1) ?? 0, peak_instances: Math.max(0, ...series.instances), wanted_rate: due / elapsed, achieved_rate: achieved, latency, late_p99_ms: 0.21,
        usage: { provider: 'aws', architecture: 'x86_64', memory_mb: kept.fn.memory_mb, warm_calls: answered - cold, warm_ms: answered * 80, cold_calls: cold, cold_ms: cold * 80, cold_init_ms: cold * 240 } },
      price: answered === 0 ? null : { plan: 'aws-lambda-x86', title: 'AWS Lambda, x86', usd_per_hour: (achieved * 3600 * 0.00000188).toFixed(6), usd_per_million: '1.88', basis: 'each call as long as it would take there, as the meter and Costs reckon' },
      twin: null,
    };
    const course = {
      series,
      percentiles: latency === null ? [] : PERCENTS.map((percent) => ({ percent, ms: (62 + percent * 0.2 + 46 * -Math.log10(1 - percent / 100)) * tail })),
      failures: errors > 0 ? [{ what: 'ValueError', calls: errors }] : [],
    };
    if (plan.twin) run.twin = twinOf(run);
    return {
      run,
      course,
      twin_course: plan.twin ? { ...course, series: { ...series, cold: series.cold.map(() => 0), instances: series.instances.map(() => 2) }, percentiles: course.percentiles.map(({ percent, ms }) => ({ percent, ms: ms * 0.9 })) } : null,
      rests_on: [
        'a call is sent when it is due, whether those before have been answered or not, and its latency counts from that moment: waiting is measured, not left out',
        'calls are made inside Coldframe, as every door makes them: no network and no HTTP is in the latency',
        ...(throttled > 0 ? [`${throttled} calls were throttled, dropped or not waited for: they have no latency and no price`] : []),
        `an hour is priced at ${achieved.toFixed(1)} calls a second on AWS Lambda, x86, at list price without the free tier, with the durations of this machine's CPU`,
      ],
    };
  }

  private get(id: number): Kept {
    const run = this.runs.find((one) => one.id === id && !one.removed);
    if (!run) throw new CallError('not_found', `there is no load test ${id} in the record`);
    return run;
  }

  private settle(run: Kept): void {
    if (run.running && ((Date.now() - run.startedMs) / 1000) * QUICK >= run.plan.seconds) run.running = false;
  }
}
