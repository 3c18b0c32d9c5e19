/** Waits between attempts to reach the host again: quick at first, because a restart takes a moment, then patient. */
const STEPS_MS = [250, 500, 1000, 2000, 4000];

export const LONGEST_MS = 5000;

export function backoff(attempt: number): number {
  return STEPS_MS[attempt - 1] ?? LONGEST_MS;
}
