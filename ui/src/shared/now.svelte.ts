// One ticking second for every "9 s ago" and countdown on screen, and none while the page is hidden.

import { createSubscriber } from 'svelte/reactivity';

class Now {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(() => {
      if (!document.hidden) update();
    }, 1000);
    document.addEventListener('visibilitychange', update);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', update);
    };
  });

  /** Milliseconds since the epoch; read in a template, it is read again every second. */
  get ms(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const now = new Now();
