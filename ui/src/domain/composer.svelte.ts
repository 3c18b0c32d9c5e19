// What is about to be sent to a function, what came back, and the events kept for the next time.

import { asCallError, type CallError, type Fn, type InvocationDetail, type Invoked, type SavedEvent } from '$ipc';
import { eventName, firstEvent } from './events';
import { indented, mistake } from '$shared/json';
import { undo } from '$shared/undo.svelte';
import type { Host } from './host.svelte';

export class Composer {
  text = $state('');
  /** The saved event the text came from. */
  name = $state<string | null>(null);
  saved = $state.raw<SavedEvent[]>([]);
  sending = $state(false);
  result = $state.raw<Invoked | null>(null);
  failure = $state.raw<CallError | null>(null);
  /** An earlier invocation looked at instead of the last answer. */
  earlier = $state.raw<InvocationDetail | null>(null);

  #loaded = false;
  #first: string;
  /** The text that was last looked through, and what was found: it may be long, and much asks. */
  #judged: { text: string; invalid: string | null } | null = null;

  constructor(
    private readonly host: Host,
    private readonly fn: number,
    first: Fn,
  ) {
    this.#first = firstEvent(first);
    this.text = this.#first;
  }

  // Worked out each time, here and in all that outlives the page that made it: Svelte stops a `$derived` with that page.

  /** Why the event cannot be sent; null when it can. */
  get invalid(): string | null {
    const { text } = this;
    if (this.#judged?.text !== text) this.#judged = { text, invalid: refusal(text) };
    return this.#judged.invalid;
  }

  get changed(): boolean {
    return this.name !== null && this.saved.find(({ name }) => name === this.name)?.text !== this.text;
  }

  async load(): Promise<void> {
    if (this.#loaded) return;
    this.#loaded = true;
    try {
      this.saved = await this.host.call('events', { function: this.fn });
      // What somebody saved for this function fits it better than an example; what was written meanwhile stays.
      const [saved] = this.saved;
      if (saved && this.name === null && this.text === this.#first) this.pick(saved);
    } catch {
      // Without saved events one can still write one.
      this.#loaded = false;
    }
  }

  pick(event: SavedEvent): void {
    this.text = event.text;
    this.name = event.name;
  }

  write(text: string): void {
    this.text = text;
    this.name = null;
  }

  format(): void {
    if (this.invalid === null) this.text = indented(this.text);
  }

  async save(as: string): Promise<void> {
    const name = eventName(as);
    const before = this.saved.find((event) => event.name === name)?.text;
    this.saved = await this.host.call('save_event', { function: this.fn, name, text: this.text });
    this.name = name;
    if (before === undefined || before === this.text) return;
    undo.offer(`Replaced ${name}.json`, '', async () => {
      this.saved = await this.host.call('save_event', { function: this.fn, name, text: before });
    });
  }

  async remove(name: string): Promise<void> {
    const text = this.saved.find((event) => event.name === name)?.text;
    this.saved = await this.host.call('delete_event', { function: this.fn, name });
    const was = this.name === name;
    if (was) this.name = null;
    if (text === undefined) return;
    undo.offer(`Deleted ${name}.json`, '', async () => {
      this.saved = await this.host.call('save_event', { function: this.fn, name, text });
      if (was && this.name === null) this.name = name;
    });
  }

  async invoke(cold = false): Promise<void> {
    if (this.sending || this.invalid !== null) return;
    this.sending = true;
    this.earlier = null;
    try {
      this.result = await this.host.call('invoke', { function: this.fn, event: this.text, cold, trigger: 'app' });
      this.failure = null;
    } catch (thrown) {
      this.result = null;
      this.failure = asCallError(thrown);
    } finally {
      this.sending = false;
    }
  }

  async look(id: number): Promise<void> {
    if (this.result?.detail?.invocation.id === id) {
      this.earlier = null;
      return;
    }
    try {
      this.earlier = await this.host.call('invocation', { id });
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
  }
}

function refusal(text: string): string | null {
  const wrong = mistake(text);
  return wrong && `the event is not JSON, line ${wrong.line}, column ${wrong.column}: ${wrong.message}`;
}
