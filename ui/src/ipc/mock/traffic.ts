// Made-up traffic: how many calls come in each step of a day, or of a week for a weekly shape.

import type { TrafficShape } from '../wire';
import { Random } from './random';

/** Relative rates, one a step, with a mean of about 1. */
export function rates(shape: TrafficShape, steps: number, random = new Random(5)): number[] {
  return Array.from({ length: steps }, (_, i) => {
    const day = (i / steps) * 2 * Math.PI;
    const noise = 0.8 + random.next() * 0.4;
    if (shape === 'steady') return 1;
    if (shape === 'poisson') return noise;
    if (shape === 'daily') return Math.max(0.08, 1 - 0.85 * Math.cos(day - 0.5));
    if (shape === 'weekly') return Math.max(0.05, (1 - 0.8 * Math.cos(day * 7 - 0.5)) * (i / steps > 5 / 7 ? 0.3 : 1.2));
    if (shape === 'spiky') return i % Math.round(steps / 6) === 11 ? 14 : 0.4;
    if (shape === 'bursty') return Math.sin(i / 5) > 0.6 ? 3.2 * noise : 0.3;
    return Math.max(0.05, (1 - 0.7 * Math.cos(day - 0.4) + 0.25 * Math.sin(day * 3)) * noise);
  });
}
