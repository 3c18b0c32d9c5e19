// What is open over the pages, and the one way to open another project.

import { createContext } from 'svelte';
import { asCallError } from '$ipc';
import { type Action, GROUPS, offers } from '$shared/actions.svelte';
import { router } from '$shared/router.svelte';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from '$domain/host.svelte';

/** The smallest useful one. */
const FIRST_SAMPLE = 'hello';

export class Shell {
  palette = $state(false);
  /** The dialog that asks for a path, where the system has no folder dialog for us. */
  asking = $state(false);
  /** The dialog that makes a new function. */
  creating = $state(false);
  /** The list of shortcuts. */
  shortcuts = $state(false);

  constructor(private readonly host: Host) {}

  /** Everything that can be done now, in the order of its groups. */
  get actions(): Action[] {
    return [...offers.all].sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
  }

  async chooseFolder(): Promise<void> {
    if (!this.host.canPickFolder) {
      this.asking = true;
      return;
    }
    const path = await this.host.pickFolder();
    if (path !== null) await this.open(path);
  }

  /** Null when it worked, else why not. */
  open(path: string): Promise<string | null> {
    return this.#opened(this.host.openProject(path), () => '#/functions');
  }

  /** Leads straight to the one to begin with. */
  async openSamples(): Promise<void> {
    await this.#opened(this.host.openSamples(), () => {
      const first = this.host.functions.find(({ name }) => name === FIRST_SAMPLE);
      return first ? `#/function/${first.id}` : '#/functions';
    });
  }

  async #opened(opening: Promise<void>, to: () => string): Promise<string | null> {
    try {
      await opening;
      this.asking = false;
      router.go(to());
      return null;
    } catch (thrown) {
      const { message, hint } = asCallError(thrown);
      if (!this.asking) toasts.show({ tone: 'bad', about: 'folder', title: 'Folder not opened', text: hint ? `${message} (${hint})` : message });
      return message;
    }
  }
}

export const [useShell, provideShell] = createContext<Shell>();
