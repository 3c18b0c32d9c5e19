// How the two sides are called.

import type { Side } from '$ipc';

export const SIDES: Readonly<Record<Side, string>> = { serverless: 'serverless', always_on: 'always-on' };

/** As a sentence begins. */
export function Sides(side: Side): string {
  const name = SIDES[side];
  return name.charAt(0).toUpperCase() + name.slice(1);
}
