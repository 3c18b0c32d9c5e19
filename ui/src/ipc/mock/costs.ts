// A made-up bill: the arithmetic is only as good as a picture needs.

import type { CostOption, CostQuery, CostReport } from '../wire';

const GB_S = 0.03836;
const PLANS = [
  { id: 'aws-lambda-arm64', title: 'AWS Lambda arm64', rate: 1.33334e-5 },
  { id: 'aws-lambda-x86', title: 'AWS Lambda x86', rate: 1.66667e-5 },
];
const MACHINES = [
  { id: 't4g-small', title: 't4g.small', usd: 12.26, capacity: 53e6 },
  { id: 'fargate-025', title: 'Fargate 0.25 vCPU', usd: 9.01, capacity: 6.6e6 },
  { id: 'heroku-basic', title: 'Heroku Basic', usd: 7, capacity: 4e6 },
];

const plan = (rate: number, calls: number): number =>
  Math.max(0, calls - 1e6) * 2e-7 + Math.max(0, calls * GB_S - 4e5) * rate;
const count = (capacity: number, calls: number): number => Math.max(1, Math.ceil(calls / capacity));

export function makeCosts(query: CostQuery, thin: boolean): CostReport {
  const calls = query.calls_per_month ?? (thin ? null : 900_000);
  const volumes = Array.from({ length: 176 }, (_, i) => 10 ** (3 + i * 0.04));
  const plans: CostOption[] = PLANS.map(({ id, title, rate }) => {
    const list = calls === null ? null : calls * 2e-7 + calls * GB_S * rate;
    return {
      id, title, kind: 'plan', usd: calls === null ? null : plan(rate, calls).toFixed(2), list_usd: list?.toFixed(2) ?? null, count: null, idle_percent: null,
      cheapest: calls !== null && id === 'aws-lambda-arm64' && plan(rate, calls) < 12,
      lines: calls === null ? [] : [
        { label: 'Requests', quantity: `${calls.toLocaleString('en')} × $0.20 per million`, usd: (calls * 2e-7).toFixed(2) },
        { label: 'Compute', quantity: `${Math.round(calls * GB_S).toLocaleString('en')} GB-s × $${rate}`, usd: (calls * GB_S * rate).toFixed(2) },
        { label: 'Free tier', quantity: '1 M requests, 400,000 GB-s', usd: (plan(rate, calls) - (list ?? 0)).toFixed(2) },
      ],
      source: 'aws.amazon.com/lambda/pricing, 2026-11', confidence: 'read from the page', note: null,
    };
  });
  const machines: CostOption[] = MACHINES.map(({ id, title, usd, capacity }) => {
    const n = calls === null ? null : count(capacity, calls);
    return {
      id, title, kind: 'machine', usd: n === null ? null : (usd * n).toFixed(2), list_usd: n === null ? null : (usd * n).toFixed(2), count: n,
      note: id === 'heroku-basic' ? 'one dyno: it cannot be scaled out' : null,
      idle_percent: calls === null || n === null ? null : (1 - calls / (capacity * n)) * 100, cheapest: false,
      lines: n === null ? [] : [{ label: title, quantity: `${n} × 730 h`, usd: (usd * n).toFixed(2) }],
      source: 'list price, on demand, us-east-1, 2026-11', confidence: 'read from the page',
    };
  });
  const amount = (option: CostOption | undefined): string => `$${option?.usd ?? '0'}`;
  return {
    basis: { recorded_calls: thin ? 7 : 29_640, recorded_minutes: thin ? 4 : 1440, enough: !thin, calls_per_month: calls, mean_handler_ms: 64.2, mean_cpu_ms: 48.1, peak_memory_mb: 311, cold_percent: 2.3 },
    verdict: calls === null
      ? '7 calls in 4 minutes say what a call costs, not how many there will be. How busy will it be?'
      : `${query.calls_per_month === null ? 'At the traffic of the last 24 hours' : `At ${calls.toLocaleString('en')} calls a month`}, AWS Lambda arm64 would cost ${amount(plans[0])} a month. An always-on t4g.small would cost ${amount(machines[0])} and idle ${Math.round(machines[0]?.idle_percent ?? 0)} % of the time. It becomes cheaper above 25 million calls a month: 9.5 a second, day and night.`,
    plans,
    machines,
    volumes,
    curves: [
      ...PLANS.map(({ id, title, rate }) => ({ id, title, kind: 'plan', usd: volumes.map((n) => plan(rate, n)) })),
      ...MACHINES.map(({ id, title, usd, capacity }) => ({ id, title, kind: 'machine', usd: volumes.map((n) => usd * count(capacity, n)) })),
    ],
    crossings: [
      { plan: 'aws-lambda-arm64', machine: 't4g-small', calls_per_month: 25e6, usd: '12.26' },
      { plan: 'aws-lambda-arm64', machine: 'heroku-basic', calls_per_month: 19e6, usd: '8.10' },
      { plan: 'aws-lambda-x86', machine: 't4g-small', calls_per_month: 21e6, usd: '12.26' },
    ],
    prices: 'Prices of 2026-11, us-east-1, list',
    assumptions: ['a month has 730 hours', 'machines run at most 60 % busy', 'a CPU of yours is as fast as one of theirs'],
  };
}
