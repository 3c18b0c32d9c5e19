// Which actions a few letters mean, best first; without letters, what was done last comes first.

import type { Action } from '$shared/actions.svelte';
import { fit } from '$shared/match';

/** More are not looked through. */
const MOST = 60;
/** What was done before is what is meant, where two fit about as well. */
const DONE_BEFORE = 1.15;

export function rank(actions: readonly Action[], typed: string, recent: readonly string[]): Action[] {
  if (typed.trim() === '') return actions.slice(0, MOST * 4);
  const scored = actions.map((action) => {
    const about = [action.detail ?? '', action.group].flatMap((text) => text.split(/[\s·]+/));
    return { action, score: fit(typed, action.label, about) * (recent.includes(action.id) ? DONE_BEFORE : 1) };
  });
  // The sort is stable: what fits as well stays in the list's order.
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, MOST).map(({ action }) => action);
}
