// Made-up cold starts, changes of code, and what imports take.

import type { FileChange, Fn, ImportedModule, ImportReport, Invocation, RevisionChange, RevisionShift, Start, StartGroup, Starts } from '../wire';
import { BEHAVIOURS } from './project';
import { Random } from './random';

const BEFORE = '8a02d7f1';
const EVERY_MS = 1_480_000;

function startsOf(fn: Fn, nowMs: number, rows: readonly Invocation[]): Start[] {
  const like = BEHAVIOURS[fn.id - 1];
  const random = new Random(3 + fn.id);
  const calls = rows.filter((row) => row.function_id === fn.id);
  return Array.from({ length: 54 - fn.id * 4 }, (_, i) => {
    const old = i < 30 - fn.id * 2;
    const reload = i % 6 === 5;
    const phases = { queue_ms: reload ? 0.4 : 1.6, build_ms: fn.language === 'typescript' || reload ? 2.1 : 0, spawn_ms: random.near(4), boot_ms: random.near(like?.boot ?? 30), init_ms: random.near((like?.init ?? 60) * (old && fn.id < 3 ? 1.8 : 1)) };
    return {
      at: new Date(nowMs - (54 - i) * EVERY_MS - fn.id * 40_000).toISOString(), function_id: fn.id, function: fn.name, instance: `i-${i + 1}`, revision: old ? BEFORE : fn.revision,
      cause: reload ? 'reload' : 'invocation', invocation: reload ? null : (calls[i]?.id ?? null), ...phases, total_ms: Object.values(phases).reduce((sum, ms) => sum + ms, 0),
    };
  });
}

const sorted = (values: number[]): number[] => [...values].sort((a, b) => a - b);
const at = (values: number[], share: number): number => values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] ?? 0;

function group(by: string, name: string, all: Start[], fn: Fn | null): StartGroup {
  const middle = (of: (start: Start) => number): number => at(sorted(all.map(of)), 0.5);
  const totals = sorted(all.map((start) => start.total_ms));
  const cold = all.filter(({ cause }) => cause === 'invocation').length;
  return {
    by, name, function: fn?.id ?? null, function_name: fn?.name ?? null, starts: all.length, calls: cold * 43, cold_calls: cold,
    queue_ms: middle((s) => s.queue_ms), build_ms: middle((s) => s.build_ms), spawn_ms: middle((s) => s.spawn_ms), boot_ms: middle((s) => s.boot_ms), init_ms: middle((s) => s.init_ms),
    p50_ms: at(totals, 0.5), p95_ms: at(totals, 0.95), max_ms: totals.at(-1) ?? 0,
  };
}

export function makeStarts(functions: readonly Fn[], minutes: number | null, nowMs: number, rows: readonly Invocation[]): Starts {
  const span = (minutes ?? 10_080) * 60_000;
  const all = functions.flatMap((fn) => startsOf(fn, nowMs, rows)).filter((start) => Date.parse(start.at) >= nowMs - span);
  all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const of = (want: (start: Start) => boolean): Start[] => all.filter(want);
  const runtimes = [...new Set(functions.map(({ runtime }) => runtime))];
  const groups = [
    ...functions.map((fn) => group('function', fn.name, of((s) => s.function_id === fn.id), fn)),
    ...functions.flatMap((fn) => [BEFORE, fn.revision].map((revision) => group('revision', revision, of((s) => s.function_id === fn.id && s.revision === revision), fn))),
    ...runtimes.map((runtime) => group('runtime', runtime, of((s) => functions.find(({ id }) => id === s.function_id)?.runtime === runtime), null)),
  ].filter(({ starts }) => starts > 0);
  groups.sort((a, b) => b.p50_ms - a.p50_ms);
  const buckets = 48;
  const bucketed = Array.from({ length: buckets }, (_, i) => sorted(of((s) => Math.floor(((Date.parse(s.at) - (nowMs - span)) / span) * buckets) === i).map((s) => s.total_ms)));
  const quantiles = (share: number): (number | null)[] => bucketed.map((totals) => (totals.length === 0 ? null : at(totals, share)));
  const cold = of(({ cause }) => cause === 'invocation').length;
  return {
    calls: cold * 43, cold_calls: cold, starts: all.length, failed: functions.length > 1 && all.length > 0 ? 2 : 0, cut: false, groups,
    series: { from: new Date(nowMs - span).toISOString(), bucket_s: span / buckets / 1000, starts: bucketed.map(({ length }) => length), p50_ms: quantiles(0.5), p95_ms: quantiles(0.95) },
    list: all.slice(-500), slowest: [...all].sort((a, b) => b.total_ms - a.total_ms).slice(0, 10), shifts: all.length === 0 ? [] : functions.slice(0, 4).map((fn, i) => shift(fn, i, nowMs)),
  };
}

const VERDICTS = ['faster', 'slower', 'alike', 'too_few'] as const;

function shift(fn: Fn, i: number, nowMs: number): RevisionShift {
  const verdict = VERDICTS[i] ?? 'alike';
  const told = verdict === 'faster' || verdict === 'slower';
  const change = makeChange(fn, fn.revision);
  return {
    at: new Date(nowMs - (i + 1) * 5_000_000).toISOString(), function: fn.id, function_name: fn.name, revision: fn.revision, before: BEFORE, starts: verdict === 'too_few' ? 1 : 24 - i, before_starts: 26 - i * 3, verdict,
    init_ms: told ? (verdict === 'faster' ? 180.4 : 96) : null, before_init_ms: told ? (verdict === 'faster' ? 421.2 : 58) : null, files: change.files.map((file) => ({ ...file, diff: null })), settings: change.settings, note: null,
  };
}

const file = (changes: Partial<FileChange>): FileChange => ({ path: '', kind: 'changed', added: 0, removed: 0, imports_added: [], imports_removed: [], diff: null, note: null, ...changes });

export function makeChange(fn: Fn, revision: string): RevisionChange {
  const base = { revision, made_at: new Date(Date.now() - 4_000_000).toISOString(), before: BEFORE, note: null };
  if (fn.language !== 'python') {
    return { ...base, files: [file({ path: `${fn.path}/index.ts`, added: 1, removed: 1, diff: '@@ -3,3 +3,3 @@\n \n-const LIMIT = 20\n+const LIMIT = 25\n export const handler = async () => LIMIT\n' })], settings: fn.id === 2 ? ['memory 256 MB → 512 MB'] : [] };
  }
  const diff = '@@ -1,8 +1,10 @@\n import json\n-import pandas as pd\n+import csv\n \n+QUALITY = 82\n \n def lambda_handler(event, context):\n-    table = pd.read_csv(event["body"])\n-    return {"rows": len(table)}\n+    rows = list(csv.reader(event["body"].splitlines()))\n+    # The header is no row.\n+    return {"rows": len(rows) - 1}\n \n';
  return {
    ...base,
    files: [file({ path: `${fn.path}/app.py`, added: 5, removed: 3, imports_added: ['csv'], imports_removed: ['pandas'], diff }), file({ path: `${fn.path}/.env`, added: null, removed: null, note: 'it may hold secrets, and is not recorded' })],
    settings: [],
  };
}

/** Name, whose it is, the name of what imports it, and milliseconds by itself. */
const IMPORTED: readonly (readonly [string, string, string | null, number])[] = [
  ['app', 'function', null, 6.1], ['json', 'runtime', 'app', 1.4], ['json.decoder', 'runtime', 'json', 0.9], ['pandas', 'installed', 'app', 38.4], ['numpy', 'installed', 'pandas', 31.2],
  ['numpy._core', 'installed', 'numpy', 44.1], ['numpy.linalg', 'installed', 'numpy', 12.3], ['numpy.random', 'installed', 'numpy', 9.8], ['pytz', 'installed', 'pandas', 11.2], ['pandas.core.api', 'installed', 'pandas', 62.5],
  ['pandas.core.frame', 'installed', 'pandas.core.api', 48.9], ['pandas.io.formats', 'installed', 'pandas.core.frame', 21.6], ['pandas._libs', 'installed', 'pandas', 54.2], ['boto3', 'installed', 'app', 18.1], ['botocore.session', 'installed', 'boto3', 26.4],
  ['urllib3', 'installed', 'botocore.session', 19.2], ['ssl', 'runtime', 'urllib3', 8.3], ['images', 'function', 'app', 3.2], ['images.resize', 'function', 'images', 1.1],
];

export function makeImports(fn: Fn, at: number): ImportReport {
  const index = new Map(IMPORTED.map(([name], i) => [name, i]));
  const modules: ImportedModule[] = IMPORTED.map(([name, from, importer, own]) => ({ name, file: from === 'function' ? `${fn.path}/${name.replace('.', '/')}.py` : null, from, parent: importer === null ? null : (index.get(importer) ?? null), self_ms: own, total_ms: own, failed: false }));
  for (const module of [...modules].reverse()) {
    const above = module.parent === null ? undefined : modules[module.parent];
    if (above) above.total_ms += module.total_ms;
  }
  const whole = (modules[0]?.total_ms ?? 0) + 2.3;
  return {
    function: fn.id, name: fn.name, language: fn.language, revision: fn.revision, measured_at: new Date(at).toISOString(), runs_ms: [whole + 9, whole, whole - 6], init_ms: whole, outside_ms: 2.3, modules, left_out: 0, failure: null,
    rests_on: ['each run is an init of the code that serves, on an instance of its own on this machine; the run in the middle is told', 'a module that several import counts for the one that did so first'],
  };
}
