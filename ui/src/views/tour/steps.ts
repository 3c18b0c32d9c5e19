// What each step of the guided start says, where it happens, and what is to be pressed there.

import type { Fn } from '$ipc';
import { href } from '$shared/router.svelte';
import type { Step, Tour } from '$domain/tour.svelte';
import type { Aim } from '$domain/tourend';

interface Words {
  title: string;
  text: string;
  /** Where it happens. */
  to: (fn: Fn) => string;
  /** Selectors of what to press, the first that is there. */
  press: (tour: Tour) => readonly string[];
}

/** Where the step at hand happens; null where the sample is not there. */
export function placeOf({ step, fn }: Tour): string | null {
  return step && fn ? WORDS[step].to(fn) : null;
}

const at = (id: string, more = ''): string => `[data-testid="${id}"]${more}`;
const card = (kind: string): string => at('side-row', `[data-row="${kind}"]`);
const row = (kind: string): string => `${card(kind)} ${at('side-run')}`;
const side = (fn: Fn): string => href('sidebyside', { fn: String(fn.id) });

export const WORDS: Readonly<Record<Step, Words>> = {
  call: {
    title: 'Call it, twice',
    text: 'Nothing runs until somebody calls. Press Invoke: a process is started first, a cold start. Press it again: the same process answers, warm. Uncalled, it ends, and nothing is paid for.',
    to: (fn) => href(`function/${fn.id}`),
    press: () => [at('tour-sleep'), at('invoke')],
  },
  edit: {
    title: 'Save an edit',
    text: 'Change a word of the code (the first line will do) and save it: the next call runs the new code. There is no server to deploy it to, and none to restart.',
    to: (fn) => href(`function/${fn.id}`),
    press: () => [at('code-editor')],
  },
  traffic: {
    title: 'The same traffic, on both sides',
    text: 'Press the button at Latency: resident processes of the same code are started, which stay as a server does, and the same calls go to both sides. Watch the two meters, then and after it.',
    to: side,
    press: () => [row('latency')],
  },
  predict: {
    title: 'Steady or spiky: say it first',
    text: 'One meter ticks with the work, the other all the time. For as many calls a month: who is cheaper when they come evenly, who when they come in spikes? Choose both answers, then press the button.',
    to: side,
    press: () => [`${card('steady_spiky')} ${at('side-ask', '[data-guess=""]')}`, row('steady_spiky')],
  },
  table: {
    title: 'The whole table, and a page to keep',
    text: 'Run all: in a minute and a half every row has happened to this function. Then export it: one page, with what each figure rests on.',
    to: side,
    press: ({ aim }) => pressed(aim),
  },
};

function pressed(aim: Aim): readonly string[] {
  switch (aim.to) {
    case 'going':
      return [];
    case 'all':
      return [at('sides-all')];
    case 'row':
      return [row(aim.row)];
    case 'guess':
      return [`${card(aim.row)} ${at('side-ask', '[data-guess=""]')}`, row(aim.row)];
    case 'hours':
      return [at('side-hours')];
    case 'export':
      return [at('sides-export')];
  }
}
