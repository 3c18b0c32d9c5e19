// The guided start: five steps on a sample, each noticed by itself when it was done. It can be left at any step and taken
// up again; nothing waits for it.

import type { Fn, Invocation, LiveBatch, RowKind, Side, SideBySide, SideRow } from '$ipc';
import { ms } from '$shared/format';
import { put } from './guesses.svelte';
import type { Host } from './host.svelte';
import { Refresher } from './refresh';
import { SIDES } from './sides';
import { type Aim, aimOf, saved, waitsFor } from './tourend';
import type { Workspace } from './workspace';

export const STEPS = ['call', 'edit', 'traffic', 'predict', 'table'] as const;
export type Step = (typeof STEPS)[number];

/** The sample that every step happens to. */
export const SAMPLE = 'visits';

const KEY = 'coldframe.tour';
/** Milliseconds between two looks at the table. */
const LOOK = 800;

/** Before the table was looked at. */
const UNKNOWN: Aim = { to: 'going' };

interface Kept {
  at: number;
  /** What came of each step, in a sentence. */
  came: Partial<Record<Step, string>>;
  /** Nobody wants to be told of it on the pages. */
  dismissed?: boolean;
}

export class Tour {
  /** Null while nobody takes it. */
  at = $state<number | null>(null);
  came = $state.raw<Kept['came']>({});
  /** What the step at hand still waits for, where its button was pressed and that was not all. */
  waits = $state<string | null>(null);
  /** What the last step leads to. */
  aim = $state.raw<Aim>(UNKNOWN);

  #dismissed = $state(false);
  #cold = $state.raw<Invocation | null>(null);
  #exported = false;
  #look = new Refresher(() => this.#askTable(), LOOK);

  constructor(
    private readonly host: Host,
    private readonly workspace: Workspace,
  ) {
    const kept = read();
    if (kept) [this.came, this.#dismissed] = [kept.came, kept.dismissed === true];
  }

  get step(): Step | null {
    return this.at === null ? null : (STEPS[this.at] ?? null);
  }

  get fn(): Fn | null {
    return this.host.functions.find(({ name, provider }) => name === SAMPLE && provider === 'aws') ?? null;
  }

  /** It was begun once, and not to its end. */
  get begun(): boolean {
    return this.#steps > 0 && this.#steps < STEPS.length;
  }

  /** The pages say that it is there. */
  get offered(): boolean {
    return this.at === null && !this.#dismissed && this.#steps < STEPS.length;
  }

  /** It runs already, and no call was cold: another would not be either. */
  get awake(): boolean {
    return this.step === 'call' && this.came.call === undefined && this.#cold === null && (this.fn?.pool.instances.length ?? 0) > 0;
  }

  get #steps(): number {
    return STEPS.filter((step) => this.came[step] !== undefined).length;
  }

  attach(): () => void {
    const unfollow = this.host.follow({ batch: (batch) => this.#notice(batch) });
    const timer = setInterval(() => this.at !== null && this.at >= 2 && this.#look.poke(), LOOK);
    return () => {
      clearInterval(timer);
      unfollow();
      this.#look.stop();
    };
  }

  /** Where it was left; from the beginning when it was taken to its end. */
  begin(): void {
    if (!this.begun) [this.came, this.#cold] = [{}, null];
    const first = STEPS.findIndex((step) => this.came[step] === undefined);
    this.go(Math.max(0, first));
  }

  go(at: number): void {
    this.at = Math.min(Math.max(0, at), STEPS.length - 1);
    [this.waits, this.aim] = [null, UNKNOWN];
    this.#keep();
    this.#look.poke();
  }

  leave(): void {
    this.at = null;
    this.#keep();
  }

  /** The pages are to say no more of it. */
  dismiss(): void {
    this.#dismissed = true;
    this.#keep();
  }

  /** The page was saved. */
  exported(): void {
    this.#exported = true;
    this.#look.poke();
  }

  #notice({ invocations, reloads }: LiveBatch): void {
    const { step, fn } = this;
    if (!fn) return;
    if (step === 'call') for (const call of invocations) this.#called(fn, call);
    if (step === 'edit') {
      const reload = reloads.find(({ functions, outcome }) => outcome === 'ok' && functions.includes(fn.id));
      if (reload) this.#done('edit', `The new code was ready ${said(reload.swapped_ms ?? reload.initialised_ms)} after you saved it. A server would have been deployed anew.`);
    }
  }

  #called(fn: Fn, call: Invocation): void {
    if (call.function_id !== fn.id || call.status !== 'ok') return;
    if (call.cold) this.#cold = call;
    else if (this.#cold) this.#done('call', `Cold it took ${said(this.#cold.total_ms)}, warm ${said(call.total_ms)}: the first call waited for a process, the second found it there.`);
  }

  async #askTable(): Promise<void> {
    const { fn } = this;
    if (!fn) return;
    try {
      this.#looked(fn, await this.host.call('side_by_side', { function: fn.id }));
    } catch {
      // The page says what is wrong.
    }
  }

  #looked(fn: Fn, table: SideBySide): void {
    const of = (kind: RowKind): SideRow | undefined => table.rows.find(({ row }) => row === kind);
    if (this.step === 'traffic') this.#sent(table, of('latency'));
    else if (this.step === 'predict') this.#predicted(fn, of('steady_spiky'));
    else if (this.step === 'table') this.#filled(fn, table);
  }

  #sent({ running, failures }: SideBySide, row: SideRow | undefined): void {
    const failed = running === null && failures.some((failure) => failure.row === row?.row);
    this.waits = row && failed ? `${row.title} came to nothing: its card says why. Do it again there.` : null;
    if (row?.result) this.#done('traffic', "Both sides had the calls of this row. Serverless's meter ticks with calls alone; always-on's goes on, whether there are any or not.");
  }

  /** Of what is shown now: with another number of calls it is another question. */
  #predicted(fn: Fn, row: SideRow | undefined): void {
    if (!row?.result) return;
    const { guesses } = this.workspace.sides();
    if (!guesses.answered(fn.id, row)) {
      if (this.came.predict === undefined) this.waits = 'It is priced, and not shown yet: say first which side is cheaper for each of the two, or press "Show it".';
      return;
    }
    this.waits = null;
    const { answers } = row.result;
    const said = answers.map((_, ask) => guesses.guessed(fn.id, row.row, put(row), ask));
    const right = answers.filter((answer, ask) => said[ask] === answer).length;
    this.#done('predict', `${said.includes(null) ? 'Shown without your answer.' : `${right} of ${answers.length} right.`} ${verdict(row, answers)}`);
  }

  #filled(fn: Fn, table: SideBySide): void {
    const { guesses } = this.workspace.sides();
    this.aim = aimOf(table, (row) => guesses.answered(fn.id, row));
    this.waits = waitsFor(this.aim, table);
    // A page that was saved says what had happened by then.
    const came = this.#exported ? saved(table) : null;
    this.#exported = false;
    if (came !== null) this.#done('table', came);
  }

  #done(step: Step, sentence: string): void {
    if (this.came[step] === sentence) return;
    this.came = { ...this.came, [step]: sentence };
    this.#keep();
  }

  #keep(): void {
    localStorage.setItem(KEY, JSON.stringify({ at: this.at ?? 0, came: this.came, dismissed: this.#dismissed } satisfies Kept));
  }
}

/** In a sentence; the row's card says it in figures. */
function verdict({ asks }: SideRow, answers: readonly Side[]): string {
  const [first, ...others] = answers;
  if (first === undefined) return '';
  if (others.every((answer) => answer === first)) return `At this number of calls ${SIDES[first]} is cheaper either way; the card says why.`;
  const each = answers.map((answer, at) => `${SIDES[answer]} is cheaper when ${asks[at] ?? ''}`).join(', ');
  return `At this number of calls ${each}: machines are paid for their busiest minute, a function for each call.`;
}

function read(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Kept | null;
    return kept && typeof kept.came === 'object' ? kept : null;
  } catch {
    return null;
  }
}

function said(value: number | null): string {
  const { text, unit } = ms(value);
  return `${text} ${unit}`.trim();
}
