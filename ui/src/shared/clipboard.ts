// Copying by command, with word of it: nothing on the screen shows that it was done.

import { toasts } from './toasts.svelte';

export async function copyText(what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show({ tone: 'good', about: 'copied', title: `Copied: ${what}`, text: text.split('\n')[0] ?? '' });
  } catch {
    toasts.show({ tone: 'bad', about: 'copied', title: 'Not copied', text: 'the clipboard cannot be written here' });
  }
}
