// What holds for everything, and what each project has in the record: read when looked at, changed one thing at a time.

import { asCallError, type About, type CallError, type Cleared, type ClearRecord, type HostStart, type KeepRecord, type Notifications, type RecordedProject, type Settings } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

export class SettingsState {
  settings = $state.raw<Settings | null>(null);
  failure = $state.raw<CallError | null>(null);
  /** Null until counted: the record is read through for it. */
  projects = $state.raw<RecordedProject[] | null>(null);
  projectsFailure = $state.raw<CallError | null>(null);
  about = $state.raw<About | null>(null);

  /** Counting reads the record through: nobody waits for it who has left. */
  #wanted = new AbortController();

  constructor(private readonly host: Host) {}

  attach(): () => void {
    this.#wanted = new AbortController();
    void this.load();
    this.host.call('about', {}).then(
      (about) => (this.about = about),
      () => undefined,
    );
    const unfollow = this.host.follow({ resync: () => void this.load() });
    return () => {
      unfollow();
      this.#wanted.abort();
    };
  }

  async load(): Promise<void> {
    try {
      this.settings = await this.host.call('settings', {});
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
    const wanted = this.#wanted.signal;
    if (wanted.aborted) return;
    try {
      this.projects = await this.host.call('recorded_projects', {}, wanted);
      this.projectsFailure = null;
    } catch (thrown) {
      if (!wanted.aborted) this.projectsFailure = asCallError(thrown);
    }
  }

  clearable(what: ClearRecord): Promise<Cleared> {
    return this.host.call('clearable', what);
  }

  async clear(what: ClearRecord): Promise<Cleared> {
    const gone = await this.host.call('clear_record', what);
    await this.load();
    return gone;
  }

  async notifyOf(wanted: Notifications): Promise<void> {
    try {
      this.settings = await this.host.call('set_notifications', wanted);
    } catch (thrown) {
      toasts.show({ tone: 'bad', about: 'notifications', title: 'Not changed', text: asCallError(thrown).message });
    }
  }

  async startWith(wanted: Partial<HostStart>): Promise<void> {
    if (!this.settings) return;
    try {
      this.settings = await this.host.call('set_start', { ...this.settings.start, ...wanted });
    } catch (thrown) {
      toasts.show({ tone: 'bad', about: 'start', title: 'Not changed', text: asCallError(thrown).message });
    }
  }

  async measureSaves(on: boolean): Promise<void> {
    try {
      this.settings = await this.host.call('set_receipts', { on });
    } catch (thrown) {
      toasts.show({ tone: 'bad', about: 'receipts', title: 'Not changed', text: asCallError(thrown).message });
    }
  }

  /** An empty command is none: the editor that is found is used. */
  async editWith(command: string): Promise<void> {
    this.settings = await this.host.call('set_editor', { command });
  }

  async keep(wanted: Partial<KeepRecord>): Promise<void> {
    this.settings = await this.host.call('keep_record', { days: null, gib: null, ...wanted });
    await this.load();
  }
}
