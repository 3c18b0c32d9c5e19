// What goes when the record is cleared, in words that leave nothing out.

import type { Cleared } from '$ipc';
import { plural } from '$shared/format';

/** Every kind of thing that goes, how many; empty where nothing does. */
export function parts(gone: Cleared): string[] {
  return [
    [gone.invocations, 'invocation'] as const,
    [gone.payloads, 'recorded request with its response', 'recorded requests with their responses'] as const,
    [gone.log_lines, 'log line'] as const,
    [gone.events, 'instance, reload or load test', 'instances, reloads and load tests'] as const,
    [gone.sources, 'source file of a revision', 'source files of revisions'] as const,
    [gone.figures, 'sum by minute or day', 'sums by minute and day'] as const,
  ]
    .filter(([n]) => n > 0)
    .map(([n, one, many]) => plural(n, one, many));
}

/** `a, b and c`. */
export function listed(all: readonly string[]): string {
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
