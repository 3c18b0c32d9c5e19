// The whole interface on a made-up host, for tests.

import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach } from 'vitest';
import { MockTransport, type Scene } from '$ipc/mock';
import App from './App.svelte';

let app: Record<string, unknown> | null = null;

/** Before and after each test of the file that calls it. */
export function staging(): void {
  beforeEach(() => {
    document.body.innerHTML = '<div id="app"></div>';
    location.hash = '';
    // What goes while it comes in would be told of as if it had failed.
    Animation.prototype.cancel = () => undefined;
  });
  afterEach(async () => {
    if (app) await unmount(app);
    app = null;
  });
}

export const find = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`);
export const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];

export async function open(scene: Scene, hash = ''): Promise<MockTransport> {
  location.hash = hash;
  const transport = new MockTransport(scene, false);
  const target = document.getElementById('app');
  if (!target) throw new Error('the document has no place for the app');
  app = mount(App, { target, props: { transport } });
  flushSync();
  return transport;
}

/** As a person types into a field and leaves it. */
export function enter(id: string, text: string): void {
  const field = find(id) as HTMLInputElement | null;
  if (!field) throw new Error(`there is no field ${id}`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}
