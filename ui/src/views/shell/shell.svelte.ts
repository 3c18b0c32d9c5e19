// What is open over the pages, and the one way to open another project.

import { createContext } from 'svelte';
import { asCallError } from '$ipc';
import { router } from '$shared/router.svelte';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from '$domain/host.svelte';

export class Shell {
  palette = $state(false);
  /** The dialog that asks for a path, where the system has no folder dialog for us. */
  asking = $state(false);

  constructor(private readonly host: Host) {}

  async chooseFolder(): Promise<void> {
    if (!this.host.canPickFolder) {
      this.asking = true;
      return;
    }
    const path = await this.host.pickFolder();
    if (path !== null) await this.open(path);
  }

  /** Null when it worked, else why not. */
  async open(path: string): Promise<string | null> {
    try {
      await this.host.openProject(path);
      this.asking = false;
      router.go('#/functions');
      return null;
    } catch (thrown) {
      const { message, hint } = asCallError(thrown);
      if (!this.asking) toasts.show({ tone: 'bad', about: 'folder', title: 'Folder not opened', text: hint ? `${message} (${hint})` : message });
      return message;
    }
  }
}

export const [useShell, provideShell] = createContext<Shell>();
