// Takes a person to the step at hand of the guided start, the samples opened where they are not.

import { router } from '$shared/router.svelte';
import type { Tour } from '$domain/tour.svelte';
import type { Shell } from '../shell/shell.svelte';
import { placeOf } from './steps';

export async function beginTour(tour: Tour, shell: Shell): Promise<void> {
  tour.begin();
  if (!tour.fn) await shell.openSamples();
  const place = placeOf(tour);
  if (place !== null) router.go(place);
}
