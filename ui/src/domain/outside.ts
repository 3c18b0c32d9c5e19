// The open file in the person's own editor.

import { asCallError, type Fn } from '$ipc';
import { toasts } from '$shared/toasts.svelte';
import type { OpenFile } from './code.svelte';
import type { Host } from './host.svelte';

/** At the cursor's line. What is not saved yet is not there to be seen, and that is said. */
export async function openOutside(host: Host, fn: Fn, file: OpenFile): Promise<void> {
  const about = `editor ${fn.id}`;
  try {
    const { program } = await host.call('open_in_editor', { function: fn.id, path: file.path, line: file.line });
    toasts.show({ tone: 'good', about, title: `Opened in ${program}`, text: file.dirty ? `${file.path}, without what is not saved here` : file.path });
  } catch (thrown) {
    const { message, hint } = asCallError(thrown);
    toasts.show({ tone: 'bad', about, title: 'Not opened', text: hint ? `${message}: ${hint}` : message });
  }
}
