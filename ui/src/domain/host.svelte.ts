// What the interface knows of its host: the connection, the project, the functions as they stand now. Everything live
// comes through here once and is handed to whoever is on screen; no page opens a channel of its own.

import { asCallError, type CallError, type CommandName, type CreateFunction, type Fn, type Hello, type HostStatus, type Link, type LiveBatch, type NativeAction,
  type Request, type Response, type Subscription, type Transport } from '$ipc';
import { RecentCalls } from './recent';

/** Enough to begin the course of the last minutes with; more would only be read to be counted. */
const LOOK_BACK = 1000;

export interface Follower {
  batch?(batch: LiveBatch): void;
  /** The channel was away or the project changed: what is held may have gaps, ask again. */
  resync?(): void;
}

export class Host {
  link = $state.raw<Link>({ phase: 'connecting' });
  hello = $state.raw<Hello | null>(null);
  functions = $state.raw<Fn[]>([]);
  status = $state.raw<HostStatus | null>(null);
  /** Why the first question could not be answered; null once it was. */
  failure = $state.raw<CallError | null>(null);
  /** A project is being opened. */
  opening = $state(false);

  readonly recent = new RecentCalls();

  #followers = new Set<Follower>();
  #subscription: Subscription | null = null;
  #asking: Promise<void> | null = null;
  #again = false;

  constructor(private readonly transport: Transport) {}

  get project(): Hello['project'] {
    return this.hello?.project ?? null;
  }

  /** Why nothing is recorded, empty where no reason is known; null while all is well. It comes and goes while a host runs. */
  get recordingProblem(): string | null {
    const told = this.status ?? this.hello;
    return told === null || told.recording ? null : (told.recording_problem ?? '');
  }

  get canPickFolder(): boolean {
    return this.transport.pickFolder !== undefined;
  }

  byId(id: number): Fn | undefined {
    return this.functions.find((fn) => fn.id === id);
  }

  start(): () => void {
    this.#subscription = this.transport.listen({
      batch: (batch) => this.#take(batch),
      link: (link) => this.#linked(link),
    });
    void this.refresh();
    return () => this.#subscription?.stop();
  }

  retry(): void {
    this.#subscription?.retry();
    void this.refresh();
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  call<N extends CommandName>(name: N, request: Request<N>, signal?: AbortSignal): Promise<Response<N>> {
    return this.transport.call(name, request, signal);
  }

  /** Asks who is there and which functions; calls that come meanwhile are one more question afterwards. */
  async refresh(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    this.#asking = this.#ask();
    await this.#asking;
    this.#asking = null;
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  /**
   * Puts a function's newer picture in place of the one held. One that is not held belongs to a project that was just
   * closed, or to a list that is being asked for.
   */
  replace(fn: Fn): void {
    const at = this.functions.findIndex((old) => old.id === fn.id);
    if (at >= 0) this.functions = this.functions.with(at, fn);
  }

  openProject(path: string): Promise<void> {
    return this.#switch(() => this.call('open_project', { path }));
  }

  /** A copy of the samples, made if there is none yet. */
  openSamples(): Promise<void> {
    return this.#switch(() => this.call('open_samples', { folder: null }));
  }

  /** Writes it and opens its project, if that is another; answers with its id. */
  async createFunction(wanted: CreateFunction): Promise<number> {
    const made = this.call('create_function', wanted);
    await this.#switch(() => made.then(() => this.call('hello', {})));
    return (await made).function;
  }

  /** The system's dialog; null when it was closed without a choice. */
  pickFolder(): Promise<string | null> {
    return this.transport.pickFolder?.() ?? Promise.resolve(null);
  }

  /** What is on screen is how it is now. */
  get live(): boolean {
    return this.link.phase === 'live';
  }

  /** What leads back to a route of the interface from outside. */
  linkTo(route: string): string {
    return this.transport.link(route);
  }

  /** In the window's own menu, where there is one. */
  showActions(actions: readonly NativeAction[], chosen: (id: string) => void): void {
    this.transport.showActions?.(actions, chosen);
  }

  /** Where there is a window of ours. */
  keepGround(colour: string): void {
    this.transport.keepGround?.(colour);
  }

  saveFile(name: string, mediaType: string, text: string): Promise<string | null> {
    return this.transport.saveFile(name, mediaType, text);
  }

  /** Whatever is on screen of a project is of another one afterwards, or has one function more. */
  async #switch(go: () => Promise<Hello>): Promise<void> {
    this.opening = true;
    try {
      const before = this.project?.root;
      this.hello = await go();
      if (this.project?.root !== before) {
        this.functions = [];
        this.recent.clear();
      }
      await this.refresh();
      this.#resync();
    } finally {
      this.opening = false;
    }
  }

  async #ask(): Promise<void> {
    try {
      const hello = await this.call('hello', {});
      if (hello.project) void this.#lookBack();
      const functions = hello.project ? await this.call('functions', {}) : [];
      this.hello = hello;
      this.functions = functions;
      this.failure = null;
      this.status = await this.call('status', {});
    } catch (thrown) {
      if (this.hello === null) this.failure = asCallError(thrown);
    }
  }

  /** What was called before the channel was there, or while it was away. */
  async #lookBack(): Promise<void> {
    try {
      const rows = await this.call('invocations', { function: null, status: null, minutes: 5, search: null, before: null, limit: LOOK_BACK });
      this.recent.add(rows, Date.now());
    } catch {
      // The course begins now, then: whatever is wrong is said by what asked for the functions.
    }
  }

  #linked(link: Link): void {
    const back = link.phase === 'live' && this.link.phase !== 'live' && this.hello !== null;
    this.link = link;
    if (link.phase === 'live' && (back || this.failure !== null)) void this.refresh().then(() => this.#resync());
  }

  #take(batch: LiveBatch): void {
    for (const fn of batch.functions) this.replace(fn);
    if (batch.status) this.status = batch.status;
    this.recent.add(batch.invocations, Date.now());
    this.recent.count(batch.skipped, Date.now());
    for (const follower of this.#followers) follower.batch?.(batch);
    if (batch.stale) void this.refresh().then(() => this.#resync());
  }

  #resync(): void {
    for (const follower of this.#followers) follower.resync?.();
  }
}
