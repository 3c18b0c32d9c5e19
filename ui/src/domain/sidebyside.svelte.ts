// The table of serverless and always-on for one function: what was done of it, what goes on, and both meters as they tick.

import { asCallError, type CallError, type RowKind, type RunRows, type SetAdministration, type Side, type SideBySide, type Twin } from '$ipc';
import { type Asked, Guesses, put, type Question } from './guesses.svelte';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';
import { Wishes } from './wishes.svelte';

/** Milliseconds between two looks at rows that go on, and at the meters. */
const LOOK = 350;
const TICK = 1_000;

/** What a person chose for it: kept while they look elsewhere. */
export class SideForm {
  fn = $state<number | null>(null);
  /** NaN: the number at which the two differ most. */
  calls = $state(NaN);
  jobMinutes = $state(30);
  /** Seconds from a machine's boot until the code on it answers. NaN: the host's assumption. */
  deploy = $state(NaN);
  perCall = $state(false);
  /** What was said of each row before it was seen. */
  readonly guesses: Guesses;

  /** `root`: of the project that is open. */
  constructor(root: string | null = null) {
    this.guesses = new Guesses(root);
    this.calls = this.guesses.last ?? NaN;
  }

  /** What a row is asked with the figures as they stand. */
  question(row: RowKind): Question {
    return row === 'steady_spiky' && this.#calls !== null ? this.#calls : null;
  }

  /** What came of the row answers another question. */
  another(asked: Asked): boolean {
    return asked.result !== null && this.question(asked.row) !== put(asked);
  }

  guess(fn: number, row: RowKind, ask: number, side: Side): void {
    this.guesses.guess(fn, row, this.question(row), ask, side);
  }

  guessed(fn: number, row: RowKind, ask: number): Side | null {
    return this.guesses.guessed(fn, row, this.question(row), ask);
  }

  answered(fn: number, row: Asked): boolean {
    return this.guesses.answered(fn, row);
  }

  /** They are made to happen: what is asked now is asked after a reload, too. */
  sent(rows: readonly RowKind[]): void {
    if (rows.includes('steady_spiky')) this.guesses.ask(this.question('steady_spiky'));
  }

  request(fn: number, event: string, rows: readonly RowKind[], twice: boolean): RunRows {
    const deploy = Number.isNaN(this.deploy) || this.wrongWith('provisioning') !== null ? null : this.deploy;
    return { function: fn, rows: [...rows], event, job_minutes: this.wrongWith('long_work') === null ? this.jobMinutes : null, deploy_s: deploy, calls_per_month: this.#calls, writes_twice_ok: twice, per_call: this.perCall };
  }

  get #calls(): number | null {
    return Number.isNaN(this.calls) || this.wrongWith('steady_spiky') !== null ? null : Math.round(this.calls);
  }

  /** What keeps a row from being made to happen; the others go by their own figures. */
  wrongWith(row: RowKind): string | null {
    const { jobMinutes, calls, deploy } = this;
    if (row === 'long_work') return within(jobMinutes, 0.1, 100_000) ? null : 'A job takes from 0.1 to 100,000 minutes';
    if (row === 'provisioning') return Number.isNaN(deploy) || within(deploy, 0, 86_400) ? null : 'A deployment takes from 0 to 86,400 seconds';
    if (row === 'steady_spiky') return Number.isNaN(calls) || within(calls, 1, 1e12) ? null : 'Calls a month go from 1 to a million million';
    return null;
  }

  /** What keeps all of them from it. */
  get wrong(): string | null {
    return this.wrongWith('provisioning') ?? this.wrongWith('steady_spiky') ?? this.wrongWith('long_work');
  }
}

const within = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** Of a table's rows, those that came to something, and wait for nothing that only a person can say. */
export function doneOf({ rows }: SideBySide): number {
  return rows.filter(({ result }) => result !== null && !result.open).length;
}

export class SideBySideModel {
  table = $state.raw<SideBySide | null>(null);
  twin = $state.raw<Twin | null>(null);
  failure = $state.raw<CallError | null>(null);
  readonly wishes = new Wishes();

  #host: Host;
  #fn: number | null = null;
  #look = new Refresher(() => this.#ask(), LOOK);
  #meters = new Refresher(() => this.#askTwin(), TICK);

  constructor(host: Host) {
    this.#host = host;
  }

  attach(): () => void {
    const unfollow = this.#host.follow({ resync: () => this.#all() });
    // Rows go on by themselves, and a meter never stops: both are looked at whether or not something is heard.
    const rows = setInterval(() => this.table?.running && this.#look.poke(), LOOK);
    const meters = setInterval(() => (this.table?.running || this.twin?.state !== 'off') && this.#meters.poke(), TICK);
    return () => {
      clearInterval(rows);
      clearInterval(meters);
      unfollow();
      this.#look.stop();
      this.#meters.stop();
    };
  }

  show(fn: number | null): void {
    if (this.#fn === fn) return;
    this.#fn = fn;
    [this.table, this.twin, this.failure] = [null, null, null];
    this.#all();
  }

  /** Whether it was begun. */
  async run(request: RunRows): Promise<boolean> {
    const begun = await this.#wish(() => this.#host.call('run_rows', request));
    this.#look.poke();
    return begun;
  }

  async stop(fn: number): Promise<void> {
    await this.#wish(() => this.#host.call('stop_rows', { function: fn }));
    this.#look.poke();
  }

  async clear(fn: number): Promise<void> {
    await this.#wish(() => this.#host.call('clear_side_by_side', { function: fn }));
  }

  async administer(own: SetAdministration): Promise<void> {
    await this.#wish(() => this.#host.call('set_administration', own));
  }

  async switchTwin(fn: number, on: boolean): Promise<void> {
    const twin = await this.wishes.grant(() => (on ? this.#host.call('start_twin', { function: fn, machine: this.table?.machine_id ?? null }) : this.#host.call('stop_twin', { function: fn })));
    if (twin && this.#fn === fn) this.twin = twin;
    this.#meters.poke();
  }

  /** Where the page was saved; null where it was not. */
  async save(fn: number): Promise<string | null> {
    return this.wishes.grant(async () => {
      const file = await this.#host.call('export_side_by_side', { function: fn });
      return this.#host.saveFile(file.name, file.media_type, file.text);
    });
  }

  async #wish(wish: () => Promise<SideBySide>): Promise<boolean> {
    const table = await this.wishes.grant(wish);
    if (table) this.#put(table);
    return table !== null;
  }

  #put(table: SideBySide): void {
    if (table.function === this.#fn) this.table = table;
  }

  #all(): void {
    this.#look.now();
    this.#meters.now();
  }

  async #ask(): Promise<void> {
    const fn = this.#fn;
    if (fn === null) return;
    try {
      this.#put(await this.#host.call('side_by_side', { function: fn }));
      this.failure = null;
    } catch (thrown) {
      if (fn === this.#fn) this.failure = asCallError(thrown);
    }
  }

  async #askTwin(): Promise<void> {
    const fn = this.#fn;
    if (fn === null) return;
    try {
      const twin = await this.#host.call('twin', { function: fn });
      if (fn === this.#fn) this.twin = twin;
    } catch {
      // What asks for the table says what is wrong.
    }
  }
}
