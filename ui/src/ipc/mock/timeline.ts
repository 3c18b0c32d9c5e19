// Five made-up minutes of lanes.

import type { Fn, Lane, Span, Timeline } from '../wire';
import { Random } from './random';

export function makeTimeline(functions: readonly Fn[], now: number): Timeline {
  const random = new Random(11);
  const lanes: Lane[] = [];
  const spans: Span[] = [];
  const began = now - 300_000;
  const saved = now - 140_000;
  let id = 0;
  for (const fn of functions.slice(0, 7)) {
    const app = fn.name;
    for (let n = 0; n < 1 + Math.floor(random.next() * 4); n++) {
      const started = began + random.next() * 200_000;
      const ready = started + random.near(2_500);
      const old = fn.id === 1 && started < saved;
      const until = old ? saved + 6_000 : random.next() < 0.4 ? started + random.near(120_000) : now;
      const lane: Lane = { id: 500 + ++id, name: `i-${id}`, app, resident: false, revision: old ? '8a02d7' : '9f31c2', started, spawn_ms: 4, boot_ms: (ready - started) * 0.4, init_ms: (ready - started) * 0.6, ready, ended: until < now ? until : null, end_reason: until < now ? (old ? 'reload' : 'idle') : null };
      lanes.push(lane);
      let at = started;
      for (let call = 0; at < Math.min(until, now) - 9_000; call++) {
        const total = random.near(5_000) + (call === 0 ? ready - started : 0);
        const wait = call % 3 === 1 ? random.near(1_500) : 0;
        const status = random.next() < 0.03 ? 'error' : 'ok';
        spans.push({ id: id * 1_000 + call, instance: lane.id, function_id: fn.id, function: fn.name, resident: false, start: at, cold: call === 0, before_ms: wait + (call === 0 ? ready - started : 0.1), wait_ms: wait, total_ms: total + wait, status });
        at += wait + total + random.near(9_000);
      }
    }
  }
  const [fn] = functions;
  for (let n = 0; fn && n < 12; n++) spans.push({ id: 90_000 + n, instance: null, function_id: fn.id, function: fn.name, resident: false, start: saved - 9_000 + n * 700, cold: false, before_ms: 0, wait_ms: 0, total_ms: 0, status: 'throttled' });
  spans.sort((a, b) => a.start - b.start);
  return { lanes, spans, reloads: [{ at: saved, app: functions[0]?.name ?? '', file: 'app.py', swapped_ms: 84, outcome: 'ok' }], cut: false };
}
