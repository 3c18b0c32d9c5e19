// What each step of the guided start says, where it happens, and what is to be pressed there.

import type { Fn } from '$ipc';
import { href } from '$shared/router.svelte';
import type { Step, Tour } from '$domain/tour.svelte';

interface Words {
  title: string;
  text: string;
  /** Where it happens. */
  to: (fn: Fn) => string;
  /** Selectors of what to press, the first that is there. */
  press: readonly string[];
}

/** Where the step at hand happens; null where the sample is not there. */
export function placeOf({ step, fn }: Tour): string | null {
  return step && fn ? WORDS[step].to(fn) : null;
}

const at = (id: string, more = ''): string => `[data-testid="${id}"]${more}`;
const row = (kind: string): string => `${at('side-row', `[data-row="${kind}"]`)} ${at('side-run')}`;
const side = (fn: Fn): string => href('sidebyside', { fn: String(fn.id) });

export const WORDS: Readonly<Record<Step, Words>> = {
  call: {
    title: 'Call it, twice',
    text: 'Nothing of a function runs until somebody calls it. Press Invoke: a process is started first, which is a cold start. Press it again: the same process answers, warm. With nobody calling it ends by itself, and nothing is paid for.',
    to: (fn) => href(`function/${fn.id}`),
    press: [at('tour-sleep'), at('invoke')],
  },
  edit: {
    title: 'Save an edit',
    text: 'Change a word of the code (the first line will do) and save it: the next call runs the new code. There is no server to deploy it to, and none to restart.',
    to: (fn) => href(`function/${fn.id}`),
    press: [at('code-editor')],
  },
  traffic: {
    title: 'The same traffic, on both sides',
    text: 'At Latency, press the button. Beside the instances that come from nothing, a resident process of the same code is started, which then runs all the time, as a server does; and the same calls go to both. Watch the two meters meanwhile, and after it.',
    to: side,
    press: [row('latency')],
  },
  predict: {
    title: 'Steady or spiky: say it first',
    text: 'You have seen both meters: one ticks while there is work, the other all the time, however much its machine has to do. So for the same number of calls a month: which side is cheaper when they come evenly, and which when they come in spikes? Choose both answers at Steady against spiky, then press the button.',
    to: side,
    press: [at('side-ask', '[data-guess=""]'), row('steady_spiky')],
  },
  table: {
    title: 'The whole table, and a page to keep',
    text: 'Run all: in a minute or so every row has happened to this function. Then export it: one page, with what each figure rests on.',
    to: side,
    press: [at('sides-all', ':not(:disabled)'), at('sides-export')],
  },
};
