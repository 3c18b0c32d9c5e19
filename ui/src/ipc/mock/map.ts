// Made-up maps: two that were kept, and one that runs in quick motion when it is started.

import { CallError } from '../transport';
import type { ExportedFile, Fn, MapAnswer, MapAnswers, MapInput, MapPreview, MapQuery, MapRun, StartMap } from '../wire';

/** Items answered in a second of a running map. */
const PACE = 40;

interface Kept {
  run: MapRun;
  events: string[];
  startedMs: number;
}

function itemsOf(input: MapInput): { form: string; events: string[] } {
  if (input.text === null) return { form: 'files of a folder', events: Array.from({ length: 24 }, (_, n) => JSON.stringify({ path: `/home/ada/storefront/${input.path}/photo-${n + 1}.jpg`, name: `photo-${n + 1}.jpg`, bytes: 48_200 + n * 911 })) };
  const lines = input.text.split('\n').filter((line) => line.trim() !== '');
  const bad = lines.findIndex((line) => line.startsWith('{') && !line.endsWith('}'));
  if (bad >= 0) throw new CallError('invalid', `the text:${bad + 1}:${lines[bad]?.length ?? 1}: EOF while parsing an object`, 'one JSON value a line, or an array of all');
  const json = lines[0]?.startsWith('{') === true;
  return json ? { form: 'JSON Lines', events: lines } : { form: 'lines of text', events: lines.map((line, index) => JSON.stringify({ line, index })) };
}

export class MockMaps {
  private kept: Kept[] = [];

  constructor(functions: readonly Fn[], now: number, full: boolean) {
    const [first, second] = functions;
    if (!full || !first || !second) return;
    this.add(first, { text: null, path: 'photos' }, now - 42 * 60_000);
    this.add(second, { text: Array.from({ length: 180 }, (_, n) => `{"order": ${4_100 + n}}`).join('\n'), path: null }, now - 26 * 3_600_000);
    for (const one of this.kept) one.run.state = 'done';
    this.kept.forEach(({ run, startedMs }) => (run.ended_at = new Date(startedMs + 8_000).toISOString()));
  }

  preview(input: MapInput): MapPreview {
    const { form, events } = itemsOf(input);
    return { items: events.length, form, first: events.slice(0, 3) };
  }

  start(fn: Fn, asked: StartMap): MapRun {
    if (this.kept.some((one) => this.look(one).state === 'running')) throw new CallError('conflict', `a map of ${fn.name} goes on`, 'stop it, or wait for its end');
    return this.look(this.add(fn, asked.input, Date.now(), asked));
  }

  stop(id: number): MapRun {
    const one = this.get(id);
    this.look(one);
    one.run.state = 'stopped';
    one.run.ended_at = new Date().toISOString();
    return one.run;
  }

  list(): MapRun[] {
    return this.kept.map((one) => this.look(one));
  }

  answers({ id, failed, after, limit }: MapQuery): MapAnswers {
    const one = this.get(id);
    const run = this.look(one);
    const all = one.events.slice(0, run.figures.ok + run.figures.failed).map((item, index) => this.answer(run, item, index));
    const found = all.filter((answer) => (after === null || answer.index > after) && !(failed && answer.ok));
    return { run, answers: found.slice(0, limit), more: found.length > limit };
  }

  export(id: number): ExportedFile {
    const { answers, run } = this.answers({ id, failed: false, after: null, limit: Infinity });
    return { name: `${run.name}-${id}.jsonl`, media_type: 'application/jsonl', text: answers.map((answer) => JSON.stringify(answer)).join('\n') };
  }

  remove(id: number): void {
    this.removed = this.kept.filter(({ run }) => run.id === id);
    this.kept = this.kept.filter(({ run }) => run.id !== id);
  }

  restore(id: number): MapRun {
    this.kept = [...this.removed.filter(({ run }) => run.id === id), ...this.kept].sort((a, b) => b.run.id - a.run.id);
    this.removed = [];
    return this.get(id).run;
  }

  private removed: Kept[] = [];

  private get(id: number): Kept {
    const one = this.kept.find(({ run }) => run.id === id);
    if (!one) throw new CallError('not_found', `there is no map ${id}`);
    return one;
  }

  private add(fn: Fn, input: MapInput, startedMs: number, asked?: StartMap): Kept {
    const { form, events } = itemsOf(input);
    const usage = { provider: fn.provider, architecture: 'x86_64', memory_mb: fn.memory_mb, warm_calls: 0, warm_ms: 0, cold_calls: 0, cold_ms: 0, cold_init_ms: 0 };
    const figures = { items: events.length, ok: 0, failed: 0, in_flight: 0, retries: 0, throttled: 0, cold: 0, instances: 0, peak_instances: 0, elapsed_s: 0, work_s: 0, usage };
    const run: MapRun = { id: startedMs * 1000, function: fn.id, name: fn.name, started_at: new Date(startedMs).toISOString(), ended_at: null, state: 'running', input: input.path === null ? 'pasted text' : `/home/ada/storefront/${input.path}`, form, parallel: asked?.parallel ?? 10, attempts: asked?.attempts ?? 1, figures, price: null };
    const one = { run, events, startedMs };
    this.kept.push(one);
    this.kept.sort((a, b) => b.run.id - a.run.id);
    return one;
  }

  private look(one: Kept): MapRun {
    const { run } = one;
    const { figures } = run;
    const until = run.ended_at ? Date.parse(run.ended_at) : Date.now();
    const elapsed = (until - one.startedMs) / 1_000;
    const answered = run.state === 'done' ? figures.items : run.state === 'stopped' ? figures.ok + figures.failed : Math.min(figures.items, Math.floor(elapsed * PACE));
    const failed = Math.floor((answered + 40) / 60);
    const over = answered >= figures.items;
    if (over && run.state === 'running') [run.state, run.ended_at] = ['done', new Date().toISOString()];
    const busy = run.state === 'running' ? Math.min(run.parallel, figures.items - answered) : 0;
    const most = Math.min(run.parallel, figures.items);
    one.run.figures = { ...figures, ok: answered - failed, failed, in_flight: busy, cold: Math.min(most, answered), instances: busy, peak_instances: most, elapsed_s: elapsed, work_s: answered * 0.31 };
    run.price = answered > 0 ? { plan: 'aws-lambda-x86', title: 'AWS Lambda x86', usd: (answered * 0.0000021).toFixed(6) } : null;
    return one.run;
  }

  private answer(run: MapRun, item: string, index: number): MapAnswer {
    const bad = index % 60 === 19;
    const answer = bad ? '{"errorMessage":"cannot identify image file","errorType":"UnidentifiedImageError","stackTrace":["  File \\"app.py\\", line 21, in handler"]}' : JSON.stringify({ width: 320, height: 213, bytes: 9_120 + ((index * 733) % 4_000), format: 'webp' });
    return { index, item, ok: !bad, answer, base64: false, error: bad ? 'UnidentifiedImageError' : null, ms: 180 + ((index * 97) % 240) + (index < run.parallel ? 310 : 0), cold: index < run.parallel, attempts: 1, invocation: 18_000 + index };
  }
}
