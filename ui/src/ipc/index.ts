// Chooses the transport once, at start. Everything else asks for `Transport`.

import { HttpTransport } from './http';
import { takeToken } from './token';
import type { Transport } from './transport';

export * from './transport';
export type * from './wire';

export async function connect(): Promise<Transport> {
  if (__MOCK__) {
    const { MockTransport } = await import('./mock');
    return MockTransport.fromLocation();
  }
  if ('__TAURI_INTERNALS__' in window) {
    const { TauriTransport } = await import('./tauri');
    return new TauriTransport();
  }
  return new HttpTransport(takeToken());
}
