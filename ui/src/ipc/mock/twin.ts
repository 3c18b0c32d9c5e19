// A made-up resident twin: one for each function that it was started for.

import { CallError } from '../transport';
import type { Fn, Meter, MirrorCalls, StartTwin, Twin, TwinMeters } from '../wire';

interface Kept {
  asked: StartTwin;
  sinceMs: number;
  untilMs: number | null;
  mirror: boolean;
}

const HOUR_MS = 3_600_000;
const NANO = { id: 'aws-t4g-nano', title: 'EC2 t4g.nano', memory_mb: 512, vcpu: 2, usd_per_hour: '0.0042', fits: true };
const MACHINES = [
  NANO,
  { id: 'aws-t4g-small', title: 'EC2 t4g.small', memory_mb: 2048, vcpu: 2, usd_per_hour: '0.0168', fits: true },
];

export class MockTwins {
  private readonly kept = new Map<number, Kept>();

  runs(fn: number): boolean {
    return this.kept.get(fn)?.untilMs === null;
  }

  start(fn: Fn, asked: StartTwin): Twin {
    const before = this.kept.get(fn.id);
    const running = before?.untilMs === null ? before : null;
    this.kept.set(fn.id, { asked: { ...running?.asked, ...asked }, sinceMs: running?.sinceMs ?? Date.now(), untilMs: null, mirror: running?.mirror ?? false });
    return this.twin(fn);
  }

  stop(fn: Fn): Twin {
    const kept = this.kept.get(fn.id);
    if (kept) kept.untilMs ??= Date.now();
    return this.twin(fn);
  }

  mirror(fn: Fn, { on, writes_twice_ok }: MirrorCalls): Twin {
    const kept = this.kept.get(fn.id);
    if (kept?.untilMs !== null) throw new CallError('conflict', `the resident twin of ${fn.name} is off`, 'start it first');
    if (on && writes_twice_ok !== true && this.twin(fn).mirror.ties.length > 0) throw new CallError('conflict', `${fn.name} reaches Amazon Web Services: what it writes there would be written twice`, 'say that it may');
    kept.mirror = on;
    return this.twin(fn);
  }

  twin(fn: Fn): Twin {
    const kept = this.kept.get(fn.id);
    const on = kept?.untilMs === null;
    const each = fn.pool.instance_concurrency;
    const wanted = kept?.asked.processes ?? (each > 1 ? 1 : 5);
    const ties = fn.id === 1 ? ['boto3 in app.py:4'] : [];
    return {
      function: fn.id, name: fn.name, recorded_as: 90_000 + fn.id, state: on ? 'running' : 'off',
      since: kept ? new Date(kept.sinceMs).toISOString() : null,
      until: kept?.untilMs ? new Date(kept.untilMs).toISOString() : null,
      processes: on ? Array.from({ length: wanted }, (_, i) => ({ id: 9_000 + i, name: `i-${90 + i}`, pid: 52_000 + i, revision: fn.revision, started_at: new Date(kept.sinceMs + 400).toISOString(), calls: 112 - i * 7, in_flight: i === 0 ? 1 : 0 })) : [],
      wanted, calls_each: each, per_call: kept?.asked.per_call ?? false,
      why: each > 1 ? `one process, with up to ${each} calls at a time each, as a server has` : 'a process takes one call at a time: 5 workers, as a pre-forking server has',
      problem: null, not_resident: false, waiting: 0, backlog: 1000, refused: 0, restarts: 0, outages: [], down_ms: 0,
      mirror: { on: on && kept.mirror, calls: 0, connections: [], ties, warning: ties.length > 0 ? `${fn.name} names ${ties.join(', ')}: what it writes there would be written twice` : 'nothing is known of what it reaches: if it writes anywhere, that is written twice' },
      meters: kept ? meters(kept) : null,
    };
  }
}

function meters(kept: Kept): TwinMeters {
  const to = kept.untilMs ?? Date.now();
  const hours = (to - kept.sinceMs) / HOUR_MS;
  const machine = MACHINES.find(({ id }) => id === kept.asked.machine) ?? NANO;
  const side = (id: string, title: string, more: Partial<Meter>): Meter => ({ id, title, calls: 210, errors: 1, cold: 0, busy_s: 17.2, billed_s: null, alive_s: hours * 3600, busy_percent: 4.1, lines: [], usd: '0', idle_usd_per_hour: '0', ...more });
  const rent = hours * Number(machine.usd_per_hour);
  return {
    from: new Date(kept.sinceMs).toISOString(), to: new Date(to).toISOString(), hours,
    pool: side('aws-lambda-x86', 'AWS Lambda, x86', { cold: 3, billed_s: 18.1, alive_s: 212, busy_percent: 8.1, usd: '0.000395', lines: [{ label: 'requests', quantity: '210 requests × $0.0000002', units: 210, free_units: 0, unit: 'requests', unit_price_usd: '0.0000002', usd: '0.00' }] }),
    twin: side(machine.id, machine.title, { usd: rent.toFixed(8), idle_usd_per_hour: machine.usd_per_hour, lines: [{ label: 'machines', quantity: `${hours.toFixed(3)} machine-hours × $${machine.usd_per_hour}`, units: hours, free_units: 0, unit: 'machine-hours', unit_price_usd: machine.usd_per_hour, usd: rent.toFixed(2) }] }),
    machines: MACHINES,
    too_small: null, rests_on: ['the pool is priced at list price, without the free tier, by what each call used', 'the machine is paid from the moment the twin was started, whether it works or not'],
  };
}
