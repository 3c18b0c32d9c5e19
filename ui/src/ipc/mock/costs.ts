// A made-up bill: the arithmetic is only as good as a picture needs.

import type { CostLine, CostOption, CostQuery, CostReport, CostSettings, Crossing, ExportedFile, ExportFormat, FleetGuess } from '../wire';
import { MACHINES, PLANS, type MockMachine, type MockPlan } from './catalogue';
import { rates } from './traffic';

const SOURCE = 'list price, on demand, us-east-1, 2026-11';

interface Month {
  calls: number;
  settings: CostSettings;
}

const gbS = (calls: number, { settings }: Pick<Month, 'settings'>): number => calls * 0.03836 * ((settings.memory_mb ?? 512) / 512) / (settings.core_speed ?? 1);

function bill(plan: MockPlan, calls: number, month: Pick<Month, 'settings'>): { lines: CostLine[]; usd: number; list: number } {
  const free = month.settings.free_tier !== false;
  const time = gbS(calls, month) * (1 + (plan.rounding ?? 0));
  const line = (label: string, of: number, given: number, unit: string, price: number): CostLine => {
    const off = free ? Math.min(of, given) : 0;
    return { label, quantity: `${Math.round(of - off).toLocaleString('en')} ${unit} × $${price.toPrecision(4)}${off > 0 ? `, ${Math.round(off).toLocaleString('en')} free` : ''}`, units: of - off, free_units: off, unit, unit_price_usd: price.toFixed(12).replace(/0+$/, '').replace(/\.$/, ''), usd: ((of - off) * price).toFixed(2) };
  };
  const lines = [
    ...(plan.fixed ? [line(plan.group === 'nodes' ? 'Nodes' : 'Monthly fee', 1, 0, 'month', plan.fixed)] : []),
    ...(plan.perMillion ? [line('Requests', calls, plan.freeRequests ?? 0, 'requests', plan.perMillion / 1e6)] : []),
    ...(plan.perGbS ? [line('Compute', time, plan.freeGbS ?? 0, 'GB-s', plan.perGbS)] : []),
  ];
  return { lines, usd: lines.reduce((sum, one) => sum + Number(one.usd), 0), list: (plan.fixed ?? 0) + (calls * plan.perMillion) / 1e6 + time * plan.perGbS };
}

const needed = (machine: MockMachine, { calls, settings }: Month): number => Math.max(1, Math.ceil(((calls * (1 + (settings.headroom_percent ?? 0) / 100)) / machine.capacity) * (60 / (settings.utilisation_percent ?? 60)))) + (settings.spare ?? 0);
const care = ({ settings }: Pick<Month, 'settings'>): number => (settings.care_hours ?? 0) * (settings.care_usd_per_hour ?? 0);

function planOption(plan: MockPlan, month: Month | null): CostOption {
  const { id, title, group, provider } = plan;
  const made = month ? bill(plan, month.calls, month) : null;
  const priced = made !== null && !plan.refusal ? made : null;
  const list = priced?.list ?? 0;
  const budget = month?.settings.budget ?? null;
  const late = priced !== null && budget !== null && plan.p99 > budget.ms;
  const known = provider === 'aws';
  return {
    id, title, kind: 'plan', group, provider, region: 'us-east-1', architecture: plan.arch, status: plan.status ?? 'current',
    lines: priced?.lines ?? [], usd: priced?.usd.toFixed(2) ?? null, list_usd: priced?.list.toFixed(2) ?? null,
    usd_low: priced ? (priced.usd * 0.76).toFixed(2) : null, usd_high: priced ? (priced.usd * 1.32 + list * 0.02).toFixed(2) : null,
    rounding_usd: priced ? ((list * (plan.rounding ?? 0.004)) / (1 + (plan.rounding ?? 0.004))).toFixed(2) : null,
    count: null, idle_percent: null, idle_usd: null, cheapest: false,
    refusal: plan.refusal ?? null, ruled_out: late ? `p${budget.percentile} would be about ${plan.p99.toLocaleString('en')} ms, over ${budget.ms}` : null,
    latency: priced ? { p50_ms: 61, p95_ms: 144, p99_ms: plan.p99, p999_ms: plan.p99 * 1.7, p99_low_ms: plan.p99 * 0.8, p99_high_ms: plan.p99 * 1.5, cold_percent: group === 'lifetime' ? 0.2 : 2.3, throttled_percent: 0, peak_instances: 9 } : null,
    cold: { typical_ms: plan.cold, low_ms: Math.round(plan.cold * 0.82), high_ms: Math.round(plan.cold * 1.9), rests_on: known ? `AWS's own start of python3.13 at 512 MB: 110 ms, slow ones 160 ms; plus this function's import of 102 ms here, scaled to 0.29 vCPU` : 'no measured start of this provider for python3.13: the middle of three published measurements, plus this function\'s import of 102 ms' },
    fleet: null, notes: plan.notes ?? [], unverified: plan.unverified ?? [], source: `https://prices.example/${provider}/${id}, 2026-11`, confidence: plan.unverified ? 'partly' : 'read from the page',
  };
}

function fleet(machine: MockMachine, count: number, month: Month): FleetGuess {
  const peak = count === 1 ? Math.min(92, (month.calls / machine.capacity) * 160) : count * 64;
  return {
    evenly: Math.max(1, Math.ceil(month.calls / machine.capacity)), at_peak: count - (month.settings.spare ?? 0), spare: month.settings.spare ?? 0,
    binding: count === 1 ? 'one is enough' : machine.usd < 10 ? 'memory' : 'CPU at the busiest',
    at: Array.from({ length: Math.min(count, 6) }, (_, i) => {
      const busy = peak / (i + 1);
      return { machines: i + 1, busy_percent: busy, wait_p50_ms: busy >= 100 ? null : busy < 60 ? 0 : busy / 9, wait_p99_ms: busy >= 100 ? null : busy * 2.4 };
    }),
    scale_s: machine.scaleS,
    scale_rests_on: machine.scaleS === null ? 'it has no scaling rule: a person has to add one' : `a rule that looks every 60 s, and ${machine.scaleS - 60 > 0 ? `${machine.scaleS - 60} s to boot and deploy` : 'a start that it overlaps'}`,
  };
}

function machineOption(machine: MockMachine, month: Month | null): CostOption {
  const { id, title, group, provider, usd } = machine;
  const count = month ? needed(machine, month) : null;
  const total = month && count !== null ? usd * count + care(month) : null;
  const idle = month && count !== null ? Math.max(3, (1 - month.calls / (machine.capacity * count)) * 100) : null;
  const shape = month && count !== null ? fleet(machine, count, month) : null;
  const unit = String(usd / 730);
  return {
    id, title, kind: 'machine', group, provider, region: 'us-east-1', architecture: machine.arch, status: machine.status ?? 'current',
    lines: month === null || count === null ? [] : [
      { label: title, quantity: `${count} × 730 h`, units: count * 730, free_units: 0, unit: 'hours', unit_price_usd: unit.slice(0, 8), usd: (usd * count).toFixed(2) },
      ...(care(month) > 0 ? [{ label: 'Care', quantity: `${month.settings.care_hours} h × $${month.settings.care_usd_per_hour}`, units: month.settings.care_hours ?? 0, free_units: 0, unit: 'hours', unit_price_usd: String(month.settings.care_usd_per_hour), usd: care(month).toFixed(2) }] : []),
    ],
    usd: total?.toFixed(2) ?? null, list_usd: total?.toFixed(2) ?? null, usd_low: total?.toFixed(2) ?? null, usd_high: total?.toFixed(2) ?? null, rounding_usd: null,
    count, idle_percent: idle, idle_usd: idle !== null && count !== null ? ((usd * count * idle) / 100).toFixed(2) : null, cheapest: false,
    refusal: id === 'gcp-n1-micro' ? 'it has 614 MB, and one worker needs 720' : null, ruled_out: null,
    latency: null, cold: null, fleet: shape, notes: machine.note ? [machine.note] : [], unverified: [], source: SOURCE, confidence: 'read from the page',
  };
}

function crossings(curves: CostReport['curves'], volumes: readonly number[], months: (calls: number, id: string) => number): Crossing[] {
  const found: Crossing[] = [];
  for (const plan of curves.filter(({ kind }) => kind === 'plan')) {
    for (const machine of curves.filter(({ kind }) => kind === 'machine')) {
      volumes.forEach((calls, i) => {
        const a = plan.usd[i] ?? 0;
        const b = machine.usd[i] ?? 0;
        if (i > 0 && a > b !== (plan.usd[i - 1] ?? 0) > (machine.usd[i - 1] ?? 0)) {
          found.push({ plan: plan.id, machine: machine.id, calls_per_month: Math.round(calls), cheaper: a > b ? 'machine' : 'plan', machines: months(calls, machine.id), usd: b.toFixed(2) });
        }
      });
    }
  }
  return found;
}

export function makeCosts(query: CostQuery, record: 'full' | 'thin' | 'none'): CostReport {
  const thin = record !== 'full';
  const { settings } = query;
  const calls = record === 'none' ? null : (query.calls_per_month ?? (thin ? null : 900_000));
  const month = calls === null ? null : { calls, settings };
  const fits = ({ arch }: { arch: string }): boolean => settings.architecture === null || arch === settings.architecture;
  const someMachines = MACHINES.filter(fits);
  const plans = PLANS.filter(fits).map((plan) => planOption(plan, month));
  const machines = someMachines.map((machine) => machineOption(machine, month));
  const price = ({ usd, refusal, ruled_out }: CostOption): number => (usd === null || refusal !== null || ruled_out !== null ? Infinity : Number(usd));
  const [best] = [...plans].filter(({ status }) => status === 'current').sort((a, b) => price(a) - price(b) || Number(a.list_usd) - Number(b.list_usd));
  const [server] = [...machines].sort((a, b) => price(a) - price(b));
  if (best && calls !== null) best.cheapest = true;
  const volumes = Array.from({ length: 201 }, (_, i) => 10 ** (i * 0.05));
  const curves: CostReport['curves'] = month === null ? [] : [
    ...PLANS.filter(fits).filter(({ refusal }) => !refusal).map((plan) => ({ id: plan.id, title: plan.title, kind: 'plan', usd: volumes.map((n) => bill(plan, n, month).usd) })),
    ...someMachines.map((machine) => ({ id: machine.id, title: machine.title, kind: 'machine', usd: volumes.map((n) => machine.usd * needed(machine, { ...month, calls: n }) + care(month)) })),
  ];
  const all = crossings(curves, volumes, (n, id) => { const machine = MACHINES.find((one) => one.id === id); return machine && month ? needed(machine, { ...month, calls: n }) : 1; });
  const turn = all.find(({ plan, machine, cheaper }) => plan === best?.id && machine === server?.id && cheaper === 'machine');
  const shape = settings.shape ?? 'recorded';
  const steps = shape === 'weekly' ? 336 : 144;
  const relative = rates(shape, steps);
  const mean = relative.reduce((sum, rate) => sum + rate, 0) / steps;
  return {
    basis: { recorded_calls: record === 'none' ? 0 : thin ? 7 : 29_640, recorded_minutes: record === 'none' ? 0 : thin ? 4 : 1440, enough: !thin, calls_per_month: calls, mean_handler_ms: record === 'none' ? null : 64.2, mean_cpu_ms: record === 'none' ? null : 48.1, peak_memory_mb: record === 'none' ? null : 311, cold_percent: record === 'none' ? null : 2.3, functions: record === 'none' ? [] : ['thumbnail', 'checkout', 'geocode'] },
    verdict: record === 'none'
      ? 'Nothing has been called yet, so there is nothing to price.'
      : calls === null
        ? '7 calls in 4 minutes say what a call costs, not how many there will be. How busy will it be?'
        : `${query.calls_per_month === null ? 'At the traffic recorded in 24 hours' : `At ${calls.toLocaleString('en')} calls a month`}, ${best?.title ?? 'no plan'} would cost $${best?.usd ?? '0'} a month${Number(best?.usd) === 0 ? ', all of it within its free tier' : ''}. ${server ? `An always-on ${server.title} would cost $${server.usd} and idle ${Math.round(server.idle_percent ?? 0)} % of the time.` : ''}${turn ? ` It becomes cheaper above ${(turn.calls_per_month / 1e6).toFixed(0)} million calls a month: ${(turn.calls_per_month / 2.628e6).toFixed(1)} a second, day and night.` : ''}`,
    plans, machines, volumes, curves, crossings: all,
    settings: { ...settings, shape, utilisation_percent: settings.utilisation_percent ?? 60, headroom_percent: settings.headroom_percent ?? 0, spare: settings.spare ?? 0, core_speed: settings.core_speed ?? 1, free_tier: settings.free_tier ?? true, made_calls: settings.made_calls ?? false },
    traffic: { shape, step_minutes: (shape === 'weekly' ? 10_080 : 1440) / steps, calls_per_s: month === null ? [] : relative.map((rate) => ((rate / mean) * month.calls) / 2.628e6), peak_factor: Math.max(...relative) / mean },
    prices: 'Prices of 2026-11, us-east-1, list',
    assumptions: ['a month has 730 hours', `machines run at most ${settings.utilisation_percent ?? 60} % busy`, 'a core of yours is as fast as one of theirs', 'network traffic out is left out'],
    twin: null,
  };
}

export function exportCosts(report: CostReport, format: ExportFormat): ExportedFile {
  const rows = [...report.plans, ...report.machines];
  const name = (end: string): string => `coldframe-costs-2026-11-20.${end}`;
  if (format === 'csv') return { name: name('csv'), media_type: 'text/csv', text: ['option,usd', ...rows.map(({ id, usd }) => `${id},${usd ?? ''}`), ''].join('\n') };
  if (format === 'json') return { name: name('json'), media_type: 'application/json', text: JSON.stringify(report, null, 2) };
  if (format === 'infracost') return { name: 'infracost-usage.yml', media_type: 'application/yaml', text: `version: 0.1\nresource_usage:\n  aws_lambda_function.thumbnail:\n    monthly_requests: ${report.basis.calls_per_month ?? 0}\n    request_duration_ms: 64\n` };
  return { name: name('html'), media_type: 'text/html', text: `<!doctype html><title>Costs</title><h1>${report.verdict}</h1>` };
}
