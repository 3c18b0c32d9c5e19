// A made-up table of serverless and always-on: rows are done at once, one after the other.

import { CallError } from '../transport';
import type { Administration, ExportedFile, Fn, RowKind, RowResult, RunRows, SetAdministration, Side, SideBySide, SideRow } from '../wire';

/** Title, both figures, and which is the better one. */
const ROWS: Readonly<Record<RowKind, readonly [string, string, string, Side | null]>> = {
  provisioning: ['Provisioning', '312 ms', '87 s', 'serverless'],
  idle: ['Idle', '+$0', '+$0.0000043', 'serverless'],
  scaling_out: ['Scaling out', '640 ms', '15 min', 'serverless'],
  scaling_to_zero: ['Scaling to zero', 'about 6 min', 'never', 'serverless'],
  utilisation: ['Utilisation', '97 %', '2.1 %', 'serverless'],
  billing: ['Billing granularity', '+3.1 %', '+180,000 %', 'serverless'],
  statelessness: ['Statelessness', 'lost', 'kept', 'always_on'],
  availability: ['Availability', '1 call', '1 call', null],
  steady_spiky: ['Steady against spiky', '$14.20', '$7.60 · $91.20', null],
  latency: ['Latency', '12 ms · 310 ms', '12 ms · 19 ms', 'always_on'],
  long_work: ['Long work', 'refused', 'runs', 'always_on'],
  administration: ['Administration', 'not known', 'not known', null],
  lock_in: ['Lock-in', '2 of 5', 'not measured', null],
};
const KINDS = Object.keys(ROWS) as RowKind[];
const TWICE: readonly RowKind[] = ['idle', 'utilisation', 'statelessness', 'availability', 'latency'];

export class MockSides {
  private readonly done = new Map<number, Map<RowKind, RowResult>>();
  private own: Administration = { serverless_hours: 0, always_on_hours: 0, usd_per_hour: 0, set: false };

  table(fn: Fn): SideBySide {
    const done = this.done.get(fn.id);
    const rows = KINDS.map<SideRow>((row) => ({
      row, title: ROWS[row][0], claim: `What is claimed of ${ROWS[row][0].toLowerCase()}.`, does: 'Makes it happen to this function.', seconds: 3, sends_twice: TWICE.includes(row),
      asks: row === 'steady_spiky' ? ['calls come evenly', 'the same calls come in spikes'] : [],
      sourced: row === 'provisioning' ? [{ side: 'always_on', text: 'a machine boots in 26 s', source: 'EC2 cold launches measured by Brev', url: 'https://github.com/brevdev/ec2-coldboot-research', date: '2026-11-28', confidence: 'observed', unverified: false }] : [],
      result: done?.get(row) ?? null,
    }));
    const outside = fn.id === 1 ? ['boto3 in app.py:4'] : [];
    return { function: fn.id, name: fn.name, plan: 'AWS Lambda x86', machine: 'EC2 t3.nano', machine_id: 'aws-ec2-t3-nano', prices: 'Prices of 2026-11-20, list, without tax', rows, running: null, failures: [], administration: this.own, outside };
  }

  run(fn: Fn, asked: RunRows): SideBySide {
    const rows = asked.rows.length > 0 ? asked.rows : KINDS;
    if (asked.writes_twice_ok !== true && fn.id === 1 && rows.some((row) => TWICE.includes(row))) throw new CallError('conflict', 'every call would be made twice, and it reaches something outside: boto3 in app.py:4', 'say that this is all right');
    const done = this.done.get(fn.id) ?? new Map<RowKind, RowResult>();
    for (const row of rows) done.set(row, { ...result(row), asked_calls: row === 'steady_spiky' ? (asked.calls_per_month ?? null) : null });
    this.done.set(fn.id, done);
    return this.table(fn);
  }

  clear(fn: Fn): SideBySide {
    this.done.delete(fn.id);
    return this.table(fn);
  }

  administer(fn: Fn, { serverless_hours, always_on_hours, usd_per_hour }: SetAdministration): SideBySide {
    this.own = { serverless_hours, always_on_hours, usd_per_hour, set: true };
    return this.table(fn);
  }

  export(fn: Fn): ExportedFile {
    return { name: `coldframe-side-by-side-${fn.name}.html`, media_type: 'text/html', text: `<!doctype html><title>${fn.name}</title>` };
  }
}

function result(row: RowKind): RowResult {
  const [title, serverless, always_on, better] = ROWS[row];
  return {
    at: new Date().toISOString(), serverless: { figure: serverless, what: 'first answer after nothing ran' }, always_on: { figure: always_on, what: 'a machine\'s boot and deploy, and its process' },
    sentence: `${title}: ${serverless} against ${always_on}.`, better,
    answers: row === 'steady_spiky' ? ['always_on', 'serverless'] : [], asked_calls: null,
    details: [{ label: 'first answers', serverless: '305 ms, 312 ms, 340 ms', always_on: '' }],
    course: row === 'idle' ? { what: 'millionths of a dollar since the last call', step_s: 0.5, serverless: [0, 0, 0, 0], always_on: [0, 0.6, 1.2, 1.8] } : null,
    too_few: row === 'availability' ? 'one or two more or less are chance' : null, open: row === 'administration', hint: null, rests_on: ['this machine\'s CPU'],
  };
}
