// Names for what the wire calls by identifiers.

import type { Fn, Invocation } from '$ipc';

const PROVIDERS: Record<string, string> = { aws: 'AWS Lambda', vercel: 'Vercel', gcp: 'Google Cloud', ibm: 'IBM Cloud', knative: 'Knative', azure: 'Azure Functions' };
const LANGUAGES: Record<string, string> = {
  python: 'Python', node: 'Node', typescript: 'TypeScript', rust: 'Rust', go: 'Go', java: 'Java', ruby: 'Ruby', custom: 'Custom', process: 'Process',
};

export function provider(id: string): string {
  return PROVIDERS[id] ?? id;
}

/** Of a template: what a custom runtime is begun in. */
export function language(id: string): string {
  return id === 'custom' ? 'Shell' : (LANGUAGES[id] ?? id);
}

const MARKS: Record<string, string> = { python: 'Py', node: 'JS', typescript: 'TS', rust: 'Rs', go: 'Go', java: 'Jv', ruby: 'Rb', custom: 'sh', process: '>_' };

/** Two letters where there is no room for the language's name. */
export function languageMark(id: string): string {
  return MARKS[id] ?? id.slice(0, 2);
}

/** `python3.12`, `python312` → `Python 3.12`, `nodejs20.x`, `nodejs:20` → `Node 20`; what is compiled or transpiled goes by its language. */
export function runtime(fn: Pick<Fn, 'language' | 'runtime'>): string {
  const language = LANGUAGES[fn.language] ?? fn.language;
  if (!['python', 'node', 'ruby'].includes(fn.language)) return language;
  const digits = /(\d+(\.\d+)*)/.exec(fn.runtime)?.[1];
  const version = fn.language === 'python' ? digits?.replace(/^3(\d+)$/, '3.$1') : digits;
  return version ? `${language} ${version}` : language;
}

/** Where another version runs it than the one it would have in the cloud: which, and the sentence that says why. */
export function another(fn: Pick<Fn, 'assumed' | 'problems'>): { version: string; says: string } | null {
  for (const says of [...fn.assumed, ...fn.problems.map(({ message }) => message)]) {
    const version = /^it runs with (?:Python|Node\.js|Ruby) (\d+(?:\.\d+)*)/.exec(says)?.[1];
    if (version !== undefined) return { version, says };
  }
  return null;
}

/** Cannot run at all; or serves, but the last save was refused. While an instance lives, the old code serves. */
export function trouble(fn: Fn): 'broken' | 'save refused' | null {
  if (fn.state === 'broken') return fn.pool.instances.length > 0 ? 'save refused' : 'broken';
  return fn.problem && fn.problem.severity !== 'warning' ? 'save refused' : null;
}

const STATES: Record<Fn['state'], string> = {
  at_zero: 'at zero', starting: 'starting', idle: 'idle, kept warm', busy: 'busy', broken: 'broken',
};

export function state(fn: Fn): string {
  const refused = trouble(fn);
  return refused && refused !== STATES[fn.state] ? `${fn.state === 'broken' ? STATES.idle : STATES[fn.state]}, ${refused}` : STATES[fn.state];
}

const STATUSES: Record<string, string> = {
  accepted: 'accepted', running: 'running', ok: 'ok', error: 'error', init_error: 'init error', timeout: 'timeout',
  crash: 'crash', out_of_memory: 'out of memory', throttled: 'throttled', refused: 'refused', interrupted: 'interrupted',
};

/** Ends that are Coldframe's doing, which no provider has a word for. */
const OWN: Record<string, string> = {
  'Coldframe.Paused': 'paused: no call was taken until Coldframe was resumed',
  'Coldframe.TurnedAway': 'turned away: the resident twin took no more',
  'Coldframe.GivenUp': 'given up: its caller left, or Coldframe ended',
};

/** Its type, as the provider names it, or in words where it was Coldframe. */
export function errorType(type: string | null): string | null {
  return type === null ? null : (OWN[type] ?? type);
}

/** How it ended, in a word. */
export function ended({ status: id, error_type }: Pick<Invocation, 'status' | 'error_type'>): string {
  return error_type === 'Coldframe.Paused' ? 'paused' : status(id);
}

export const STATUS_IDS = Object.keys(STATUSES);

export function status(id: string): string {
  return STATUSES[id] ?? id;
}

export type Tone = 'ok' | 'err' | 'wait';

export function tone({ status }: Pick<Invocation, 'status'>): Tone {
  if (status === 'ok') return 'ok';
  return status === 'running' || status === 'accepted' ? 'wait' : 'err';
}

const TRIGGERS: Record<string, string> = {
  sdk: 'SDK', async: 'async', url: 'function URL', http: 'HTTP', app: 'this app', cli: 'command line', load_test: 'load test', map: 'map', schedule: 'schedule',
};

const CAUSES: Record<string, string> = { invocation: 'for a call', reload: 'by a reload', kept_warm: 'kept warm', check: 'by a check' };

/** Why an instance was started. */
export function cause(id: string): string {
  return CAUSES[id] ?? id;
}

export const TRIGGER_IDS = Object.keys(TRIGGERS);

export function trigger(id: string): string {
  return TRIGGERS[id] ?? id;
}

/** `main.py:12`. */
export function place(problem: { file: string | null; line: number | null }): string {
  return problem.file ? `${problem.file}${problem.line ? `:${problem.line}` : ''}` : '';
}
