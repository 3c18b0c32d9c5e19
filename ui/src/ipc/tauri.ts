// The window's way to the host: one `rpc` command and one channel. The only file that imports Tauri.

import { Channel, invoke } from '@tauri-apps/api/core';
import { backoff } from './backoff';
import type { LiveBatch } from './generated/LiveBatch';
import { CallError, parseRpcError } from './transport';
import type { CommandName, Listener, NativeAction, Request, Response, Subscription, Transport } from './transport';

export class TauriTransport implements Transport {
  async call<N extends CommandName>(name: N, request: Request<N>): Promise<Response<N>> {
    try {
      return await invoke<Response<N>>('rpc', { name, request });
    } catch (thrown) {
      throw parseRpcError(thrown) ?? new CallError('failed', `${name} failed: ${String(thrown)}`);
    }
  }

  listen(listener: Listener): Subscription {
    let stopped = false;
    let attempt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const open = (): void => {
      if (stopped) return;
      clearTimeout(timer);
      const channel = new Channel<LiveBatch>();
      channel.onmessage = (batch) => {
        if (!stopped) listener.batch(batch);
      };
      listener.link({ phase: 'connecting' });
      const lost = (): void => {
        if (stopped) return;
        attempt += 1;
        const wait = backoff(attempt);
        listener.link({ phase: 'lost', retryAt: Date.now() + wait, attempt });
        timer = setTimeout(open, wait);
      };
      // The shell registers the channel and answers; what follows comes through the channel for as long as it lives.
      invoke('live', { channel }).then(() => {
        attempt = 0;
        if (!stopped) listener.link({ phase: 'live' });
      }, lost);
    };

    open();
    return {
      stop: () => {
        stopped = true;
        clearTimeout(timer);
      },
      retry: open,
    };
  }

  pickFolder = (): Promise<string | null> => invoke<string | null>('pick_folder');

  #chosen: ((event: Event) => void) | null = null;

  showActions = (actions: readonly NativeAction[], chosen: (id: string) => void): void => {
    if (this.#chosen) removeEventListener('coldframe-action', this.#chosen);
    this.#chosen = (event) => chosen((event as CustomEvent<string>).detail);
    addEventListener('coldframe-action', this.#chosen);
    void invoke('show_actions', { actions });
  };

  keepGround = (colour: string): void => void invoke('keep_ground', { colour });

  link(route: string): string {
    return `coldframe://${route.replace(/^#\//, '')}`;
  }

  async saveFile(name: string, _mediaType: string, text: string): Promise<string | null> {
    try {
      return await invoke<string | null>('save_text', { name, text });
    } catch (thrown) {
      throw parseRpcError(thrown) ?? new CallError('failed', `${name} could not be saved: ${String(thrown)}`);
    }
  }
}
