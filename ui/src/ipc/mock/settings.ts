// A made-up record of three projects, and what clearing it would take.

import type { About, Cleared, ClearRecord, Editor, HostStart, KeepRecord, Notifications, RecordedProject, Settings } from '../wire';

export class MockSettings {
  private days = 90;
  private gib = 2;
  private notifications: Notifications = { reload_failed: true, crashed: true, out_of_memory: true };
  private receipts = true;
  private editor: Editor = { command: null, found: 'code --goto {file}:{line}' };
  private start: HostStart = { port: null, ui_port: null, max_instances: null, account_concurrency: null };
  private projects: RecordedProject[] = [
    { id: 1, name: 'storefront', root: '/home/ada/storefront', open: true, invocations: 1_204_113, log_lines: 4_812_220, bytes: 188_400_000, oldest_at: ago(88) },
    { id: 2, name: 'mail-sorter', root: '/home/ada/mail-sorter', open: false, invocations: 79_410, log_lines: 160_233, bytes: 21_800_000, oldest_at: ago(41) },
    { id: 3, name: 'a-first-try-with-a-long-name-of-its-folder', root: '/home/ada/try/a-first-try-with-a-long-name-of-its-folder', open: false, invocations: 590, log_lines: 1771, bytes: 402_000, oldest_at: ago(12) },
  ];

  settings(): Settings {
    return {
      ui_url: 'http://127.0.0.1:41873',
      record: { directory: '/home/ada/.local/share/coldframe', file: '/home/ada/.local/share/coldframe/record.sqlite', database_bytes: 212_000_000, log_bytes: 4_100_000, keep_days: this.days, keep_gib: this.gib },
      limits: { providers: [{ provider: 'aws', memory_mb: 128, timeout_ms: 3000, idle_ms: 300_000 }, { provider: 'vercel', memory_mb: 2048, timeout_ms: 300_000, idle_ms: 300_000 }, { provider: 'gcp', memory_mb: 512, timeout_ms: 300_000, idle_ms: 900_000 }, { provider: 'ibm', memory_mb: 256, timeout_ms: 60_000, idle_ms: 600_000 }, { provider: 'knative', memory_mb: 512, timeout_ms: 300_000, idle_ms: 90_000 }, { provider: 'azure', memory_mb: 2048, timeout_ms: 1_800_000, idle_ms: 600_000 }], max_instances: 373, account_concurrency: 1000 },
      start: this.start,
      prices: { path: '/home/ada/.local/share/coldframe/prices.toml', exists: true, used: false, problem: '/home/ada/.local/share/coldframe/prices.toml:14: there is no source "contract"', compiled: '2026-11-20', plans: 43, machines: 61 },
      privacy: { redacted: ['authorization', 'cookie', 'password', 'passphrase', 'passwd', 'pwd', 'secret', 'api_key', 'access_key', 'private_key', 'token'], own: ['ssn', '*_card'], payload_bytes: 65_536, secret_files: ['.env', '.env.*', '*.pem', '*.key', 'secrets.*', 'local.settings.json', '.npmrc'] },
      notifications: this.notifications,
      editor: this.editor,
      receipts: this.receipts,
    };
  }

  notifyOf(wanted: Notifications): Settings {
    this.notifications = wanted;
    return this.settings();
  }

  measureSaves(on: boolean): Settings {
    this.receipts = on;
    return this.settings();
  }

  editWith(command: string | null): Settings {
    this.editor = { ...this.editor, command: command?.trim() ? command.trim() : null };
    return this.settings();
  }

  startWith(wanted: HostStart): Settings {
    this.start = wanted;
    return this.settings();
  }

  keep({ days, gib }: KeepRecord): Settings {
    this.days = days ?? this.days;
    this.gib = gib ?? this.gib;
    return this.settings();
  }

  recorded(): RecordedProject[] {
    return this.projects;
  }

  clearable({ project, older_than_days }: ClearRecord): Cleared {
    const share = older_than_days === null ? 1 : Math.max(0, (90 - older_than_days) / 90);
    const of = this.projects.filter(({ id }) => project === null || id === project);
    const calls = Math.round(of.reduce((sum, { invocations }) => sum + invocations, 0) * share);
    const lines = Math.round(of.reduce((sum, { log_lines }) => sum + log_lines, 0) * share);
    return { invocations: calls, payloads: calls, log_lines: lines, events: Math.round(calls / 210), sources: Math.round(calls / 4000), figures: Math.round(calls / 90) };
  }

  clear(what: ClearRecord): Cleared {
    const gone = this.clearable(what);
    if (what.older_than_days === null) this.projects = this.projects.filter(({ id, open }) => open || (what.project !== null && id !== what.project));
    return gone;
  }

  about(): About {
    const of = (part: string, all: string[]) => all.map((name, i) => ({ name, version: `${1 + (i % 3)}.${i}.0`, license: i % 3 === 0 ? 'MIT' : 'MIT OR Apache-2.0', part }));
    return { version: '0.1.0', license: 'MIT OR Apache-2.0', components: [...of('program', ['axum', 'hyper', 'mimalloc', 'notify', 'rusqlite', 'serde', 'tauri', 'tokio', 'zstd']), ...of('interface', ['@codemirror/state', 'bits-ui', 'svelte', 'uplot'])] };
  }
}

function ago(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}
