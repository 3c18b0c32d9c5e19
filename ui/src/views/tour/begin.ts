// Takes a person to the step at hand of the guided start.

import { router } from '$shared/router.svelte';
import type { Tour } from '$domain/tour.svelte';
import type { Shell } from '../shell/shell.svelte';
import { placeOf } from './steps';

/** The samples are opened where they are not. */
export async function beginTour(tour: Tour, shell: Shell): Promise<void> {
  tour.begin();
  if (!tour.fn) await shell.openSamples();
  const place = placeOf(tour);
  if (place !== null) router.go(place);
}

/** The project that is open stays: the samples are opened by a button of their own. */
export function takeUpTour(tour: Tour): void {
  tour.begin();
  const place = placeOf(tour);
  if (place !== null) router.go(place);
}
