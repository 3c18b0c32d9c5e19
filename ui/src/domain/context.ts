// What every page needs, handed down once.

import { createContext } from 'svelte';
import type { Host } from './host.svelte';
import type { Tour } from './tour.svelte';
import type { Workspace } from './workspace';

export interface Session {
  host: Host;
  workspace: Workspace;
  tour: Tour;
}

export const [useSession, provideSession] = createContext<Session>();
