// A function's files as they are being edited. Each open file keeps its text and the hash it was read with, so a save can
// tell that somebody else wrote meanwhile; unsaved text survives a change of file, tab or page.

import { asCallError, type CallError, type FileEntry, type FileText } from '$ipc';
import type { Host } from './host.svelte';
import { samePath } from './paths';

export class OpenFile {
  text = $state('');
  /** What is on disk as far as we know. */
  base = $state('');
  hash = $state('');
  saving = $state(false);
  /** When our last save was answered. */
  savedAt = $state<number | null>(null);
  /** What is on disk now, while it is not what our edit began from. */
  conflict = $state.raw<FileText | null>(null);
  /** Saves that were asked for since then. */
  refused = $state(0);
  failure = $state.raw<CallError | null>(null);
  /** A call that was asked for while it is not decided what it would run; anew each time it is asked for. */
  waiting = $state.raw<{ cold: boolean } | null>(null);
  /** Where the cursor is, from 1. */
  line = 1;

  constructor(
    readonly path: string,
    read: FileText,
  ) {
    this.text = read.text;
    this.adopt(read);
  }

  get dirty(): boolean {
    return this.text !== this.base;
  }

  /** Disk is the truth now; the text on screen stays what it is. */
  adopt(read: FileText): void {
    this.base = read.text;
    this.hash = read.hash;
    this.conflict = null;
    this.refused = 0;
    this.waiting = null;
  }
}

export class CodeFiles {
  files = $state.raw<FileEntry[] | null>(null);
  current = $state.raw<OpenFile | null>(null);
  failure = $state.raw<CallError | null>(null);
  /** A line to scroll to; the counter makes the same line twice two requests. */
  reveal = $state.raw<{ path: string; line: number; nonce: number } | null>(null);

  #open = new Map<string, OpenFile>();
  #nonce = 0;

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  get unsaved(): string[] {
    return [...this.#open.values()].filter((file) => file.dirty).map((file) => file.path);
  }

  attach(): () => void {
    void this.load();
    return this.host.follow({
      batch: (batch) => this.#followed((file) => batch.saved.some((path) => samePath(path, file.path))),
      resync: () => {
        void this.load();
        this.#followed(() => true);
      },
    });
  }

  async load(): Promise<void> {
    try {
      this.files = await this.host.call('files', { function: this.fn });
      this.failure = null;
      const main = this.files.find((file) => file.main) ?? this.files[0];
      if (!this.current && main) await this.show(main.path);
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
  }

  async show(path: string): Promise<void> {
    const known = this.#open.get(path);
    if (known) {
      this.current = known;
      return;
    }
    try {
      const file = new OpenFile(path, await this.#read(path));
      this.#open.set(path, file);
      this.current = file;
      this.failure = null;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    }
  }

  async showLine(path: string, line: number): Promise<void> {
    const entry = this.files?.find((file) => samePath(file.path, path));
    await this.show(entry?.path ?? path);
    this.reveal = { path: this.current?.path ?? path, line, nonce: ++this.#nonce };
  }

  /** Writes the file. `force` writes over what somebody else saved meanwhile. */
  async save(file: OpenFile, force = false): Promise<void> {
    if (file.saving || (!file.dirty && !force)) return;
    file.saving = true;
    file.failure = null;
    const text = file.text;
    if (file.conflict && !force) file.refused += 1;
    try {
      const base_hash = force ? null : file.hash;
      const written = await this.host.call('save_file', { function: this.fn, path: file.path, text, base_hash });
      file.adopt(written);
      file.savedAt = Date.now();
    } catch (thrown) {
      const failure = asCallError(thrown);
      if (failure.code === 'conflict') file.conflict = await this.#read(file.path).catch(() => null);
      if (!file.conflict) file.failure = failure;
    } finally {
      file.saving = false;
    }
  }

  /** Gives up our edit for what is on disk. */
  async revert(file: OpenFile): Promise<void> {
    try {
      // Not what the conflict was noticed with: it may have been saved once more.
      const read = await this.#read(file.path);
      file.text = read.text;
      file.adopt(read);
      file.failure = null;
    } catch (thrown) {
      file.failure = asCallError(thrown);
    }
  }

  #read(path: string): Promise<FileText> {
    return this.host.call('read_file', { function: this.fn, path });
  }

  /** Files that may have changed on disk: an untouched one follows silently, an edited one asks. */
  #followed(changed: (file: OpenFile) => boolean): void {
    for (const file of this.#open.values()) {
      if (!file.saving && changed(file)) void this.#follow(file).catch(() => undefined);
    }
  }

  async #follow(file: OpenFile): Promise<void> {
    const known = file.hash;
    const read = await this.#read(file.path);
    if (file.saving || read.hash === file.hash) return;
    // Saved or followed while this was on its way: what was read may be older than what is known.
    if (file.hash !== known) return this.#follow(file);
    if (file.dirty && read.text !== file.text) {
      file.conflict = read;
      return;
    }
    file.text = read.text;
    file.adopt(read);
  }
}
