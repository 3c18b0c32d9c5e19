// A made-up host for pictures and tests: answers every command from made-up data and sends made-up traffic.
// Compiled in only in `--mode mock` and in tests. `?mock=STATE` puts it into a state that is hard to reach otherwise.

import type { LiveBatch } from '../generated/LiveBatch';
import { CallError } from '../transport';
import type { CommandName, Listener, Request, Response, Subscription, Transport } from '../transport';
import type { Fn, Hello, HostStatus, Invocation, LogLine, LogQuery, Reload, SavedEvent, Twin } from '../wire';
import { download } from '../download';
import { exportCosts, makeCosts } from './costs';
import { simulate } from './simulation';
import { makeFiles, makeFunctions } from './project';
import { MockJobs } from './jobs';
import { MockLoads } from './load';
import { MockMaps } from './map';
import { Random } from './random';
import { exportLogs, found, foundLine } from './search';
import { MockSettings } from './settings';
import { MockSides } from './sidebyside';
import { makeChange, makeImports, makeStarts } from './starts';
import { STARTERS } from './starting';
import { makeTimeline } from './timeline';
import { MockTwins } from './twin';
import { makePortability } from './portability';
import { makeCheck, makeRecorded } from './receipt';
import { makeRightsize } from './rightsize';
import { afterReload, makeDetail, makeInvocation, makeLogs, makeOverview, makeReloads } from './record';

export type Scene = 'full' | 'empty' | 'nofunctions' | 'thin' | 'uncalled' | 'down' | 'expired' | 'lost' | 'loading' | 'notrecording' | 'picker';

type Handlers = { [N in CommandName]: (request: Request<N>) => Response<N> | Promise<Response<N>> };

const EMPTY: LiveBatch = { functions: [], invocations: [], skipped: [], logs: [], skipped_logs: 0, job_lines: [], saved: [], reloads: [], receipts: [], notices: [], status: null, stale: false };
const hash = (text: string): string => `h${[...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7)}`;
const after = (ms: number): Promise<void> => (ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms)));

export class MockTransport implements Transport {
  private readonly random = new Random(7);
  private functions: Fn[];
  private rows: Invocation[] = [];
  private logs: LogLine[] = [];
  private events: SavedEvent[] = [{ name: 'photo-large', text: '{\n  "version": "2.0",\n  "rawPath": "/",\n  "requestContext": { "http": { "method": "POST" } },\n  "body": "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQE",\n  "isBase64Encoded": true\n}' }];
  private files = new Map<number, Map<string, string>>();
  private listeners = new Set<Listener>();
  private project: boolean;
  private reloads = 41;
  private paused = false;
  private reloaded = new Set<number>();
  private readonly settings = new MockSettings();
  private readonly sides = new MockSides();
  private readonly runs: MockLoads;
  private readonly maps: MockMaps;
  private readonly twins = new MockTwins();
  private readonly jobs = new MockJobs({ change: (id, changes) => this.change(id, changes), say: (job_lines) => this.send({ job_lines }) });
  pickFolder?: () => Promise<string | null>;
  saveFile = download;
  link = (route: string): string => `coldframe://${route.replace(/^#\//, '')}`;

  constructor(
    readonly scene: Scene = 'full',
    private readonly traffic = true,
  ) {
    const now = Date.now();
    this.functions = scene === 'nofunctions' ? [] : makeFunctions(now);
    this.runs = new MockLoads(this.functions, now, scene !== 'thin');
    this.maps = new MockMaps(this.functions, now, scene !== 'thin');
    this.project = scene !== 'empty' && scene !== 'picker';
    if (scene === 'picker') this.pickFolder = () => Promise.resolve('/home/ada/storefront');
    if (scene === 'thin') return;
    for (const fn of this.functions) {
      for (let i = 60; i > 0; i--) this.rows.unshift((i === 4 ? afterReload : (row: Invocation) => row)(makeInvocation(fn, now - i * 5200 + fn.id * 300, this.random, i % 9 === 7, i % 3 === 0 ? 'url' : 'sdk')));
    }
    this.rows.sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at)).forEach((row, i) => (row.id = 18_900 - i));
    this.logs = this.rows.slice(0, 60).reverse().flatMap(makeLogs);
  }

  static fromLocation(): MockTransport {
    const scene = new URLSearchParams(location.search).get('mock');
    const mock = new MockTransport((scene ?? 'full') as Scene);
    addEventListener('mock-edit', (event) => {
      const { fn, path, text } = (event as CustomEvent<{ fn: number; path: string; text: string }>).detail;
      mock.edit(fn, path, text);
    });
    return mock;
  }

  async call<N extends CommandName>(name: N, request: Request<N>): Promise<Response<N>> {
    if (this.scene === 'loading') return new Promise(() => undefined);
    if (this.scene === 'down') throw new CallError('unreachable', 'the host does not answer');
    if (this.scene === 'expired') throw new CallError('unauthorised', 'this page has no valid token');
    await after(this.traffic ? 6 : 0);
    return (this.handlers[name] as (request: Request<N>) => Response<N> | Promise<Response<N>>)(request);
  }

  listen(listener: Listener): Subscription {
    this.listeners.add(listener);
    const phase = this.scene === 'expired' ? 'refused' : 'live';
    if (this.scene === 'down') listener.link({ phase: 'lost', retryAt: Date.now() + 4000, attempt: 3 });
    else listener.link({ phase });
    const lose = this.scene === 'lost' ? setTimeout(() => listener.link({ phase: 'lost', retryAt: Date.now() + 4000, attempt: 3 }), 300) : undefined;
    const timer = this.traffic && this.scene !== 'thin' && this.scene !== 'lost' && phase === 'live' ? setInterval(() => this.tick(), 700) : undefined;
    return {
      stop: () => {
        clearInterval(timer);
        clearTimeout(lose);
        this.listeners.delete(listener);
      },
      retry: () => listener.link({ phase: 'connecting' }),
    };
  }

  send(batch: Partial<LiveBatch>): void {
    for (const listener of this.listeners) listener.batch({ ...EMPTY, ...batch });
  }

  /** Lines the record has, whether they were sent or not. */
  write(lines: readonly LogLine[]): void {
    this.logs = [...this.logs, ...lines].sort((a, b) => a.id - b.id);
  }

  /** As if somebody wrote the file with another editor. */
  edit(fn: number, path: string, text: string): void {
    this.open(fn).set(path, text);
    void this.reload(this.get(fn), path);
  }

  private tick(): void {
    if (this.paused) return;
    const calls = this.functions.filter((fn) => fn.state !== 'at_zero' && this.random.next() < (fn.id === 1 ? 0.6 : 0.25)).map((fn) => makeInvocation(fn, Date.now() - 90, this.random, false));
    this.take(calls);
  }

  private take(rows: Invocation[]): void {
    rows.forEach((row, i) => (row.id = (this.rows[0]?.id ?? 0) + i + 1));
    const logs = rows.flatMap(makeLogs);
    this.rows.unshift(...[...rows].reverse());
    this.logs.push(...logs);
    this.send({ invocations: rows, logs, status: this.status() });
  }

  private record(): 'full' | 'thin' | 'none' {
    return this.scene === 'thin' ? 'thin' : this.scene === 'uncalled' ? 'none' : 'full';
  }

  private status(): HostStatus {
    const instances = this.functions.reduce((sum, fn) => sum + fn.pool.instances.length, 0);
    return { instances, in_flight: 1, cpu_percent: 0.8, memory_mb: 19, reloads: this.reloads, record_mb: this.scene === 'thin' ? 0.2 : 212, invocations: this.scene === 'thin' ? 7 : 1_284_113, ...this.recording(), paused: this.paused, load: this.runs.running() };
  }

  private recording(): Pick<HostStatus, 'recording' | 'recording_problem'> {
    const well = this.scene !== 'notrecording';
    return { recording: well, recording_problem: well ? null : 'cannot write the journal in /home/ada/.local/share/coldframe: No space left on device (os error 28)' };
  }

  private hello(): Hello {
    return {
      version: '0.1.0',
      project: this.project ? { root: '/home/ada/storefront', name: 'storefront', problems: this.scene === 'nofunctions' ? [{ severity: 'error', message: 'did not find expected key while parsing a block mapping', file: 'template.yaml', line: 9, hint: 'check the indentation of the line', remedy: null }] : [] } : null,
      recent: [
        { root: '/home/ada/storefront', name: 'storefront', opened_at: new Date(Date.now() - 7_200_000).toISOString() },
        { root: '/home/ada/code/image-pipeline', name: 'image-pipeline', opened_at: new Date(Date.now() - 190_000_000).toISOString() },
      ],
      surfaces: this.project ? [{ provider: 'aws', url: 'http://127.0.0.1:9000' }, { provider: 'vercel', url: 'http://127.0.0.1:9001' }, { provider: 'gcp', url: 'http://127.0.0.1:9002' }, { provider: 'ibm', url: 'http://127.0.0.1:9003' }, { provider: 'knative', url: 'http://127.0.0.1:9004' }, { provider: 'azure', url: 'http://127.0.0.1:9005' }] : [],
      data_dir: '/home/ada/.local/share/coldframe', account_concurrency: 1000, ...this.recording(), notices: [],
    };
  }

  private get(id: number): Fn {
    const fn = this.functions.find((one) => one.id === id);
    if (!fn) throw new CallError('not_found', `no function has the id ${id}`);
    return fn;
  }

  private change(id: number, changes: Partial<Fn>): Fn {
    const fn = { ...this.get(id), ...changes };
    this.functions = this.functions.map((old) => (old.id === id ? fn : old));
    this.send({ functions: [fn] });
    return fn;
  }

  private open(id: number): Map<string, string> {
    const files = this.files.get(id) ?? makeFiles(this.get(id));
    this.files.set(id, files);
    return files;
  }

  private async reload(fn: Fn, path: string): Promise<void> {
    const text = this.open(fn.id).get(path) ?? '';
    const opened = text.split('\n').findIndex((line) => line.split('(').length !== line.split(')').length);
    const id = 9000 + this.reloads++;
    const base: Reload = { id, app: fn.app, functions: [fn.id], revision: null, detected_at: new Date().toISOString(), files: [`${fn.path}/${path}`], built_ms: 2, initialised_ms: null, swapped_ms: null, drained_ms: null, init_ms: 0, outcome: 'running', error: null, receipt: null };
    this.send({ saved: base.files, reloads: [base] });
    await after(this.traffic ? 84 : 0);
    if (opened >= 0 && path.endsWith('.py')) {
      const error = { severity: 'error', message: "SyntaxError: '(' was never closed", file: `${fn.path}/${path}`, line: opened + 1, hint: 'fix the line and save again', remedy: null };
      this.change(fn.id, { problem: error, problems: [error] });
      this.send({ reloads: [{ ...base, outcome: 'init_failed', error }] });
      return;
    }
    const revision = hash(text).slice(1, 9).replace('-', 'a');
    this.change(fn.id, { problem: null, problems: [], revision });
    this.reloaded.add(fn.id);
    this.send({ reloads: [{ ...base, revision, initialised_ms: 83, swapped_ms: 84, drained_ms: 97, init_ms: 71, outcome: 'ok' }], status: this.status() });
  }

  private lines({ function: fn, search, after: since, before, limit }: LogQuery): LogLine[] {
    const all = this.logs.filter((line) => (fn === null || line.function_id === fn) && (since === null || line.id > since) && (before === null || line.id < before)).filter(foundLine(search));
    return since === null ? all.slice(-(limit ?? 500)) : all.slice(0, limit ?? 500);
  }

  private twinned(id: number, act: (fn: Fn) => Twin): Twin {
    const twin = act(this.get(id));
    this.change(id, { twin: this.twins.runs(id) });
    return twin;
  }

  private readonly handlers: Handlers = {
    hello: () => this.hello(),
    open_project: ({ path }) => {
      if (!path.startsWith('/')) throw new CallError('invalid', `${path} is not a folder`, 'give the whole path, from the root');
      this.project = true;
      return this.hello();
    },
    starters: () => STARTERS,
    create_function: ({ name }) => {
      const [taken] = this.functions.filter((fn) => fn.name === name);
      if (taken) throw new CallError('conflict', `a function of AWS Lambda is called ${name} already, in ${taken.path}`, 'choose another name');
      this.project = true;
      const fn = { ...this.get(1), id: 100 + this.functions.length, name, app: name, path: name };
      this.functions = [...this.functions, fn];
      return { function: fn.id, files: [] };
    },
    open_samples: () => {
      this.project = true;
      return this.hello();
    },
    functions: () => this.functions,
    overview: ({ minutes }) => (this.scene === 'thin' ? { ...makeOverview([], minutes, this.random), calls: 0, usd: '0', p50_ms: null, p95_ms: null, cold_p95_ms: null, calls_per_minute: 0, series: { bucket_s: 60, calls: [], cold_percent: [], p50_ms: [], error_percent: [], usd: [] } } : makeOverview(this.functions, minutes, new Random(7))),
    set_pool: ({ function: id, ...given }) => {
      const changed = Object.entries(given).filter(([, value]) => value !== null);
      const pool = { ...this.get(id).pool, ...Object.fromEntries(changed.map(([name, value]) => [name, value === 'none' ? null : value])) };
      return this.change(id, { pool });
    },
    sleep: ({ function: id }) => this.change(id, { state: 'at_zero', pool: { ...this.get(id).pool, instances: [] } }),
    check: ({ function: id }) => this.get(id),
    install: ({ function: id }) => this.jobs.install(this.get(id)),
    cancel: ({ function: id }) => this.jobs.cancel(this.get(id)),
    job: ({ function: id }) => this.jobs.output(this.get(id)),
    invoke: async ({ function: id, event, cold }) => {
      const fn = this.get(id);
      const fresh = cold || fn.state === 'at_zero' || fn.pool.always_cold || fn.pool.next_cold;
      await after(this.traffic ? (fresh ? 190 : 84) : 0);
      const called = makeInvocation(fn, Date.now() - 190, new Random(11), fresh, 'app');
      const row = this.reloaded.delete(id) ? afterReload(called) : called;
      const made = { id: 500 + row.id, name: `i-${15 + id}`, pid: 42_000, revision: fn.revision, state: 'idle', started_at: new Date().toISOString(), idle_until: new Date(Date.now() + 300_000).toISOString(), invocations: 1, cpu_share: null };
      this.change(id, { state: 'idle', pool: { ...fn.pool, next_cold: false, instances: fresh ? [...fn.pool.instances, made] : fn.pool.instances } });
      if (fresh) row.instance = made.name;
      this.take([row]);
      const detail = makeDetail(row, event);
      return { detail, ok: row.status === 'ok', body: detail.response ?? { content_type: '', text: '', base64: false, full_bytes: 0, truncated: false }, error: row.error_type };
    },
    invocations: ({ function: fn, status, search, before, after: since = null, limit }) => {
      const all = this.rows.filter(found(search)).filter((row) => (fn === null || row.function_id === fn) && (status === null || row.status === status) && (before === null || row.id < before) && (since === null || row.id > since));
      return since === null ? all.slice(0, limit ?? 100) : all.slice(-(limit ?? 100));
    },
    count_invocations: ({ function: fn, status }) => ({ count: this.rows.filter((row) => (fn === null || row.function_id === fn) && (status === null || row.status === status)).length }),
    timeline: () => makeTimeline(this.functions, Date.now()),
    invocation: ({ id }) => {
      const row = this.rows.find((one) => one.id === id);
      if (!row) throw new CallError('not_found', `no invocation has the id ${id}`);
      return makeDetail(row, this.events[0]?.text ?? '{}');
    },
    logs: (query) => this.lines(query),
    export_logs: ({ query, format }) => exportLogs(this.lines({ ...query, limit: null }), format),
    reloads: ({ function: fn }) => (this.scene === 'thin' ? [] : makeReloads(this.get(fn), Date.now())),
    starts: ({ function: fn, minutes }) => makeStarts(this.scene === 'thin' ? [] : this.functions.filter(({ id }) => fn === null || id === fn), minutes, Date.now(), this.rows),
    revision_change: ({ function: fn, revision }) => makeChange(this.get(fn), revision),
    imports: ({ function: fn }) => ({ report: fn === 1 && this.scene !== 'thin' ? makeImports(this.get(fn), Date.now() - 700_000) : null }),
    measure_imports: async ({ function: fn }) => {
      await after(this.traffic ? 700 : 0);
      return makeImports(this.get(fn), Date.now());
    },
    files: ({ function: fn }) => [...this.open(fn)].map(([path, text], i) => ({ path, bytes: text.length, main: i === 0 })),
    read_file: ({ function: fn, path }) => {
      const text = this.open(fn).get(path);
      if (text === undefined) throw new CallError('not_found', `${path} does not exist`);
      return { path, text, hash: hash(text) };
    },
    save_file: ({ function: fn, path, text, base_hash }) => {
      const old = this.open(fn).get(path) ?? '';
      if (base_hash !== null && base_hash !== hash(old)) throw new CallError('conflict', `${path} was changed on disk`);
      this.open(fn).set(path, text);
      void this.reload(this.get(fn), path);
      return { path, text, hash: hash(text) };
    },
    events: () => this.events,
    save_event: ({ name, text }) => (this.events = [...this.events.filter((event) => event.name !== name), { name, text }]),
    delete_event: ({ name }) => (this.events = this.events.filter((event) => event.name !== name)),
    costs: (query) => makeCosts(query, this.record()),
    simulate: (query) => simulate(query),
    side_by_side: (asked) => this.sides.table(this.get(asked.function)),
    run_rows: (asked) => this.sides.run(this.get(asked.function), asked),
    stop_rows: (asked) => this.sides.table(this.get(asked.function)),
    export_side_by_side: (asked) => this.sides.export(this.get(asked.function)),
    clear_side_by_side: (asked) => this.sides.clear(this.get(asked.function)),
    set_administration: (asked) => this.sides.administer(this.get(asked.function), asked),
    portability: async (request) => {
      await after(this.traffic ? 400 : 0);
      return makePortability(this.get(request.function), request.event);
    },
    compare: async (request) => {
      await after(this.traffic ? 600 : 0);
      return makeCheck(this.get(request.function));
    },
    recorded_change: () => makeRecorded(),
    rightsize: async (request) => {
      await after(this.traffic ? 300 : 0);
      return makeRightsize(request, this.get(request.function).name);
    },
    twin: ({ function: id }) => this.twins.twin(this.get(id)),
    start_twin: (asked) => this.twinned(asked.function, (fn) => this.twins.start(fn, asked)),
    stop_twin: ({ function: id }) => this.twinned(id, (fn) => this.twins.stop(fn)),
    mirror: (asked) => this.twins.mirror(this.get(asked.function), asked),
    kill_instance: ({ function: id, instance }) => this.change(id, { pool: { ...this.get(id).pool, instances: this.get(id).pool.instances.filter((one) => one.id !== instance) } }),
    start_load: (asked) => this.runs.start(this.get(asked.function), asked),
    stop_load: ({ id }) => this.runs.stop(id),
    loads: () => this.runs.list(),
    preview_map: (input) => this.maps.preview(input),
    start_map: (asked) => this.maps.start(this.get(asked.function), asked),
    stop_map: ({ id }) => this.maps.stop(id),
    maps: () => this.maps.list(),
    map_answers: (query) => this.maps.answers(query),
    export_map: ({ id }) => this.maps.export(id),
    remove_map: ({ id }) => {
      this.maps.remove(id);
      return {};
    },
    restore_map: ({ id }) => this.maps.restore(id),
    load: ({ id }) => this.runs.detail(id),
    restore_load: ({ id }) => this.runs.restore(id),
    remove_load: ({ id }) => {
      this.runs.remove(id);
      return {};
    },
    export_costs: ({ cost, format }) => exportCosts(makeCosts(cost, this.record()), format),
    status: () => this.status(),
    pause: ({ paused }) => {
      this.paused = paused;
      if (paused) this.functions = this.functions.map((fn) => ({ ...fn, state: 'at_zero', pool: { ...fn.pool, instances: [] } }));
      this.send({ stale: true });
      return this.status();
    },
    settings: () => this.settings.settings(),
    set_notifications: (wanted) => this.settings.notifyOf(wanted),
    set_start: (wanted) => this.settings.startWith(wanted),
    set_receipts: ({ on }) => this.settings.measureSaves(on),
    set_editor: ({ command }) => this.settings.editWith(command),
    open_in_editor: () => ({ program: 'code' }),
    keep_record: (wanted) => this.settings.keep(wanted),
    recorded_projects: () => this.settings.recorded(),
    clearable: (what) => this.settings.clearable(what),
    clear_record: (what) => this.settings.clear(what),
    about: () => this.settings.about(),
  };
}
