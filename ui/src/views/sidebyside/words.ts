// How the two sides are called.

import type { Side } from '$ipc';

export const SIDES: Readonly<Record<Side, string>> = { serverless: 'serverless', always_on: 'always-on' };
