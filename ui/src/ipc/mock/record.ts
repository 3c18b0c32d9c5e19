// A made-up record: invocations, their logs, figures over a range.

import type { DeployedCold, Fn, Invocation, InvocationDetail, LogLine, Overview, Reload } from '../wire';
import { PICTURE } from './picture';
import { BEHAVIOURS, REFUSED } from './project';
import type { Random } from './random';
import { makeReceipt } from './receipt';

let nextId = 18_000;

const DEPLOYED: DeployedCold = {
  low_ms: 145.5,
  high_ms: 226.1,
  title: 'AWS Lambda x86',
  rests_on: "AWS's own start of python3.12 at 256 MB on x86_64 (92 ms, a slow one 131, of 1000 measured in August 2026), the runtime's boot with it, and the 71 ms the code takes here for its own import (without the boot here, where its process tells them apart)",
};

export function makeInvocation(fn: Fn, at: number, random: Random, cold: boolean, trigger = 'sdk'): Invocation {
  const like = BEHAVIOURS[fn.id - 1] ?? BEHAVIOURS[0];
  if (!like) throw new Error('the made-up project has no functions');
  const failed = trigger !== 'app' && random.next() < like.errors * 8;
  const handler = failed && fn.name === 'thumbnail' ? fn.timeout_ms / 10 : random.near(like.handler);
  const spawn = cold ? random.near(4) : 0;
  const boot = cold ? random.near(like.boot) : 0;
  const init = cold ? random.near(like.init) : 0;
  const queue = cold ? 1.6 : 0.05;
  const share = Math.min(1, handler / like.handler);
  const id = nextId++;
  return {
    id,
    request_id: `3f0c${(id * 7919).toString(16).padStart(4, '0')}-8a51-4c0e-9b1d-${(id * 104_729).toString(16).padStart(12, '0')}`,
    function_id: fn.id,
    function: fn.name,
    provider: fn.provider,
    trigger,
    revision: fn.revision,
    instance: `i-${fn.id + (id % 3)}`,
    started_at: new Date(at).toISOString(),
    cold,
    queue_ms: queue,
    build_ms: 0,
    spawn_ms: spawn,
    boot_ms: boot,
    init_ms: init,
    handler_ms: handler,
    overhead_ms: 0.21,
    total_ms: queue + spawn + boot + init + handler + 0.21,
    cpu_user_ms: Math.min(like.user * share * (0.9 + random.next() * 0.2), handler * 0.9),
    cpu_system_ms: like.system * share * (0.8 + random.next() * 0.4),
    peak_memory_mb: like.memory * (0.97 + random.next() * 0.04),
    memory_mb: fn.memory_mb,
    timeout_ms: fn.timeout_ms,
    request_bytes: fn.name === 'thumbnail' ? 214_312 : 412,
    response_bytes: failed ? 120 : fn.name === 'thumbnail' ? 18_422 : 233,
    status: failed ? (fn.name === 'thumbnail' ? 'timeout' : 'error') : 'ok',
    http_status: failed && trigger === 'url' ? 502 : 200,
    attempt: 1,
    error_type: failed ? (fn.name === 'thumbnail' ? 'Sandbox.Timedout' : 'KeyError') : null,
    reload_init_ms: null,
    deployed_cold: cold ? DEPLOYED : null,
  };
}

/** The first call of new code, which a reload had started. */
export function afterReload(row: Invocation): Invocation {
  return row.cold ? row : { ...row, reload_init_ms: 71.3, deployed_cold: DEPLOYED };
}

let nextLine = 900_000;

export function makeLogs(row: Invocation): LogLine[] {
  const at = Date.parse(row.started_at) + row.total_ms - row.handler_ms;
  const line = (after: number, stream: string, text: string, level: string | null = null): LogLine => ({
    id: nextLine++, at: new Date(at + after).toISOString(), function_id: row.function_id, function: row.function, resident: false,
    instance: row.instance ?? 'i-1', invocation_id: row.id, request_id: row.request_id, stream, level, text,
  });
  const end = row.handler_ms;
  return [
    line(0, 'platform', `START RequestId: ${row.request_id} Version: $LATEST`),
    ...said(row).map(([stream, text, level], i, all) => line(end * (0.1 + (i * 0.8) / all.length), stream, text, level)),
    ...(row.status === 'ok' ? [] : [line(end * 0.95, 'stderr', `[ERROR] ${row.error_type}: 'body'\rTraceback (most recent call last):\r  File "/var/task/app.py", line 24, in handler\r    size = event["body"]["size"]`, 'error')]),
    line(end, 'platform', `END RequestId: ${row.request_id}`),
    line(end, 'platform', `REPORT RequestId: ${row.request_id}\tDuration: ${end.toFixed(2)} ms\tBilled Duration: ${Math.ceil(end)} ms\tMemory Size: ${row.memory_mb} MB\tMax Memory Used: ${Math.round(row.peak_memory_mb ?? 0)} MB${row.cold ? `\tInit Duration: ${(row.boot_ms + row.init_ms).toFixed(2)} ms` : ''}`),
  ];
}

/** What functions write, each in the manner of its language: plain, structured, coloured. */
function said(row: Invocation): [stream: string, text: string, level: string | null][] {
  const json = (level: string, message: string, more: object): [string, string, string] => ['stdout', JSON.stringify({ timestamp: row.started_at, level, message, requestId: row.request_id, ...more }), level];
  const turn = row.id % 7;
  if (row.function === 'thumbnail') {
    const slow: [string, string, string] = ['stderr', '\u001b[33mWARN\u001b[0m  decoding took \u001b[1m214 ms\u001b[0m, more than the \u001b[36m150 ms\u001b[0m of its budget', 'warn'];
    return [['stdout', 'decoded 214 KB jpeg 2400×1600', null], ...(turn === 2 ? [slow] : []), ['stdout', 'wrote 18.4 KB webp 320×213', null]];
  }
  if (row.function_id % 3 === 0) return [['stderr', `\u001b[2m${row.started_at}\u001b[0m \u001b[32m INFO\u001b[0m shop::${row.function}: \u001b[1mhandled\u001b[0m \u001b[3mitems\u001b[0m\u001b[2m=\u001b[0m${1 + turn}`, 'info']];
  const order = { id: `o-${4100 + row.id % 89}`, items: [{ sku: 'lamp', quantity: 1 + turn, price: '24.90' }, { sku: 'chair', quantity: 2, price: '89.00' }], customer: { country: 'NL', vip: turn === 3 } };
  return [
    ...(turn === 1 ? [json('debug', 'cache missed', { key: `order:${order.id}`, ttl_s: 300 })] : []),
    json('info', 'handled', { function: row.function, order }),
    ...(turn === 4 ? [json('warn', 'stock is low', { sku: 'lamp', left: 2 })] : []),
    ...(turn === 5 ? [json('error', 'payment refused', { code: 'card_declined', attempt: 2, order: order.id })] : []),
  ];
}

export function makeDetail(row: Invocation, event: string): InvocationDetail {
  const billed = Math.ceil(row.handler_ms + (row.cold ? row.boot_ms + row.init_ms : 0));
  const price = (perGbSecond: number): string => (2e-7 + (billed / 1000) * (row.memory_mb / 1024) * perGbSecond).toFixed(12);
  const text =
    row.status !== 'ok'
      ? JSON.stringify({ errorType: row.error_type, errorMessage: row.status === 'timeout' ? `${row.request_id} Task timed out after 3.00 seconds` : "'body'" })
      : row.function === 'thumbnail'
        ? JSON.stringify({ statusCode: 200, headers: { 'content-type': 'image/png' }, body: PICTURE, isBase64Encoded: true })
        : JSON.stringify({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: `{"ok":true,"by":"${row.function}"}` });
  const payload = (body: string) => ({ content_type: 'application/json', text: body, base64: false, full_bytes: body.length, truncated: false });
  return {
    invocation: row,
    request: payload(event),
    response: payload(text),
    logs: makeLogs(row),
    logs_left_out: row.function === 'nightly-report' ? 12_345 : 0,
    prices: [
      { plan: 'aws-lambda-arm64', title: 'Lambda arm64', billed_ms: billed, memory_mb: row.memory_mb, usd: price(1.33334e-5), paced_ms: null, paced_usd: null },
      { plan: 'aws-lambda-x86', title: 'Lambda x86', billed_ms: billed, memory_mb: row.memory_mb, usd: price(1.66667e-5), paced_ms: null, paced_usd: null },
    ],
  };
}

export function makeOverview(functions: readonly Fn[], minutes: number | null, random: Random): Overview {
  const share = (minutes ?? 10_080) / 1440;
  const stats = functions.map((fn, i) => {
    const like = BEHAVIOURS[i];
    const calls = Math.round((like?.perDay ?? 0) * share);
    return {
      function: fn.id, calls, cold: Math.round(calls * (like?.coldShare ?? 0)), errors: Math.round(calls * (like?.errors ?? 0)), throttles: 0,
      p50_ms: like?.handler ?? null, p95_ms: (like?.handler ?? 0) * 2.5, cold_p95_ms: (like?.init ?? 0) * 2,
      cpu_user_ms: like?.user ?? null, cpu_system_ms: like?.system ?? null, peak_memory_mb: like?.memory ?? null,
      usd_per_million: (0.2 + ((like?.handler ?? 0) / 1000) * (fn.memory_mb / 1024) * 16.6667).toFixed(4), spark: random.walk(28, 10).map(Math.round),
    };
  });
  const sum = (of: (s: (typeof stats)[number]) => number): number => stats.reduce((total, s) => total + of(s), 0);
  const calls = sum((s) => s.calls);
  return {
    minutes, calls, calls_per_minute: calls / (minutes ?? 10_080), cold: sum((s) => s.cold), cold_p95_ms: 412, p50_ms: 41, p95_ms: 231, errors: sum((s) => s.errors),
    usd: (calls * 7.1e-7).toFixed(6),
    series: {
      bucket_s: Math.max(1, Math.round(((minutes ?? 10_080) * 60) / 40)), calls: random.walk(40, 400), cold_percent: random.walk(40, 2.3),
      p50_ms: random.walk(40, 41), error_percent: random.walk(40, 0.3), usd: random.walk(40, 0.0005),
    },
    functions: stats,
  };
}

export function makeReloads(fn: Fn, nowMs: number): Reload[] {
  const path = fn.name === 'thumbnail' ? 'thumbnail/app.py' : `${fn.path}/main.py`;
  const base = { app: fn.app, functions: [fn.id], files: [path] };
  const ok = (id: number, ago: number, init: number, drained: number | null): Reload => ({
    ...base, id: fn.id * 100 + id, revision: fn.revision, detected_at: new Date(nowMs - ago).toISOString(), built_ms: 2, initialised_ms: init, swapped_ms: init + 1.2,
    drained_ms: drained, init_ms: init - 12, outcome: 'ok', error: null, receipt: id === 5 || id === 7 ? makeReceipt(id === 5) : null,
  });
  const failed: Reload = { ...ok(9, 40_000, 41, null), receipt: null, revision: null, initialised_ms: null, swapped_ms: null, outcome: 'init_failed', error: REFUSED };
  return fn.problem ? [failed, ok(8, 400_000, 47, 60)] : [ok(7, 65_000, 83, 97), { ...ok(6, 66_000, 60, null), outcome: 'superseded', swapped_ms: null, initialised_ms: null }, ok(5, 340_000, 96, 3120), ok(4, 3_600_000, 88, 90)];
}
