// What every page needs, handed down once.

import { createContext } from 'svelte';
import type { Host } from './host.svelte';
import type { Workspace } from './workspace';

export interface Session {
  host: Host;
  workspace: Workspace;
}

export const [useSession, provideSession] = createContext<Session>();
