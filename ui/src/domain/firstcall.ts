// The command that calls something at once, for who has called nothing yet.
import type { Fn } from '$ipc';

/** A path with places to fill in is no URL yet. */
const whole = (url: string): boolean => !/[{}[\]*<>]/.test(url);

/**
 * Of the first function that answers it. A provider lists the URL that works everywhere first: with most that takes every
 * method, while a route may take only one; on Azure each takes what it was declared with, but for the admin API, which takes
 * events that are posted.
 */
export function firstCall(functions: readonly Fn[]): string | undefined {
  const ready = functions.filter((fn) => fn.state !== 'broken' && fn.takes !== 'cloud-event');
  for (const fn of ready.filter((one) => one.provider !== 'azure')) {
    const url = fn.urls[0];
    if (url !== undefined && whole(url)) return `curl ${url}`;
  }
  const posted = ready.flatMap((fn) => fn.urls).find((url) => url.includes('/admin/functions/') && whole(url));
  return posted === undefined ? undefined : `curl -X POST -H 'content-type: application/json' -d '{}' ${posted}`;
}
