// A made-up measurement: computing takes as long as the share of a core makes it.

import type { RightsizeReport, RightsizeRequest } from '../wire';

export function makeRightsize(request: RightsizeRequest, name: string): RightsizeReport {
  const memories = request.memories ?? [128, 256, 512, 1024, 1769, 3008];
  const sizes = memories.map((memory) => {
    const vcpu = memory / 1769;
    const warm = memory < 200 ? null : 18 + 48 / Math.min(1, vcpu);
    return {
      memory_mb: memory, vcpu, share: vcpu > 2 ? ('beyond' as const) : ('cgroup_v2' as const), failure: warm === null ? { status: 'out_of_memory', message: 'it held 131 MB of 128' } : null,
      cold_init_ms: warm === null ? null : 210 / Math.min(1, vcpu), cold_handler_ms: warm, warm_p50_ms: warm, warm_min_ms: warm === null ? null : warm * 0.94, warm_max_ms: warm === null ? null : warm * 1.12, cpu_ms: warm === null ? null : 48, peak_memory_mb: warm === null ? null : 131, runs: [],
    };
  });
  const price = (memory: number, duration: number, rate: number): number => 0.2 + (memory / 1024) * (Math.ceil(duration) / 1000) * rate * 1e6;
  const plans = ([['aws-lambda-arm64', 'AWS Lambda arm64', 'arm64', 1.33334e-5], ['aws-lambda-x86', 'AWS Lambda x86', 'x86_64', 1.66667e-5]] as const).map(([plan, title, architecture, rate]) => {
    const offers = sizes.flatMap((size) => (size.warm_p50_ms === null ? [] : [{ memory_mb: size.memory_mb, vcpu: size.vcpu, duration_ms: size.warm_p50_ms, basis: 'measured', usd: price(size.memory_mb, size.warm_p50_ms, rate) }]));
    const least = (key: (offer: (typeof offers)[number]) => number): number => Math.min(...offers.map(key));
    return {
      plan, title, architecture, source: 'https://aws.amazon.com/lambda/pricing/', confidence: 'verified',
      sizes: offers.map(({ usd, ...offer }) => ({ ...offer, usd_per_million: usd.toFixed(2), cheapest: usd === least((one) => one.usd), fastest: offer.duration_ms === least((one) => one.duration_ms), balanced: usd * offer.duration_ms === least((one) => one.usd * one.duration_ms) })),
    };
  });
  return { function: request.function, name, events: 1, warm_runs: request.warm_runs ?? 5, cold_runs: 2, sizes, plans, balance: 'the balanced size has the least (duration ÷ shortest duration) × (price ÷ lowest price)', rests_on: ['durations are of this machine, with the share of its cores that each size buys', 'sizes whose ranges overlap may be alike'] };
}
