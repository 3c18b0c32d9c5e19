// What a function's build or installation says while it goes on, and the verbs on it.

import { asCallError, type Fn, type JobLine } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

/** Lines held; the host keeps no more either. */
const MOST = 1000;

export class JobOutput {
  lines = $state.raw<JobLine[]>([]);
  /** Of which job they are. */
  job = $state.raw<number | null>(null);

  #asking = false;

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  attach(): () => void {
    void this.#ask();
    return this.host.follow({
      batch: ({ job_lines, functions }) => {
        const now = functions.find(({ id }) => id === this.fn)?.job?.id ?? this.job;
        const news = job_lines.filter(({ job }) => job === now);
        if (now !== this.job) return void this.#ask();
        const next = (this.lines.at(-1)?.number ?? -1) + 1;
        const fresh = news.filter(({ number }) => number >= next);
        if (fresh.length === 0) return;
        // Some were not sent, or came before these were asked for.
        if (fresh[0]?.number !== next) return void this.#ask();
        this.lines = [...this.lines, ...fresh].slice(-MOST);
      },
      resync: () => void this.#ask(),
    });
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const { job, lines } = await this.host.call('job', { function: this.fn, from: null });
      this.job = job?.id ?? null;
      this.lines = lines;
    } catch {
      // The channel says that the host is away; it is asked again when it is back.
    } finally {
      this.#asking = false;
    }
  }
}

/** Installs what the function's list names. What comes of it is shown where its job is. */
export async function install(host: Host, fn: Fn): Promise<void> {
  try {
    const job = await host.call('install', { function: fn.id });
    const now = host.byId(fn.id);
    // The channel may have told more of it already.
    if (now && now.job?.id !== job.id) host.replace({ ...now, job });
  } catch (thrown) {
    const { message, hint } = asCallError(thrown);
    toasts.show({ tone: 'bad', about: 'install', title: `Nothing is installed for ${fn.name}`, text: hint ? `${message} (${hint})` : message });
  }
}

export async function cancel(host: Host, fn: number): Promise<void> {
  try {
    host.replace(await host.call('cancel', { function: fn }));
  } catch (thrown) {
    toasts.show({ tone: 'bad', about: 'cancel', title: 'Not cancelled', text: asCallError(thrown).message });
  }
}

export function isWorking(fn: Fn): boolean {
  return fn.job?.state === 'running';
}
