// What a verdict on another contract is called, and how it looks.

import type { Ported } from '$ipc';
import type { IconName } from '$shared/icons';

export interface Verdict {
  text: string;
  tone: 'good' | 'bad' | 'quiet';
  icon: IconName;
}

export function verdictOf({ verdict }: Pick<Ported, 'verdict'>): Verdict {
  switch (verdict) {
    case 'as_it_is':
      return { text: 'runs as it is', tone: 'good', icon: 'check' };
    case 'adapter':
      return { text: 'runs through an adapter', tone: 'good', icon: 'plus' };
    case 'refused':
      return { text: 'does not run', tone: 'bad', icon: 'close' };
    case 'not_tried':
      return { text: 'not tried', tone: 'quiet', icon: 'minus' };
  }
}
