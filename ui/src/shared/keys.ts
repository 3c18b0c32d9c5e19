// Shortcuts as a person presses and reads them: ⌘ on a Mac, Ctrl elsewhere.

const MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

export type Chord = `mod+${string}`;

/** Does this event press the chord? Shift and alt must be up: those combinations belong to the browser. */
export function pressed(event: KeyboardEvent, chord: Chord): boolean {
  const mod = MAC ? event.metaKey : event.ctrlKey;
  return mod && !event.altKey && !event.shiftKey && event.key.toLowerCase() === chord.slice(4);
}

const NAMES: Record<string, string> = { enter: '↵' };

/** `mod+k` → `⌘K` or `Ctrl K`. */
export function label(chord: Chord): string {
  const key = chord.slice(4);
  const name = NAMES[key] ?? key.toUpperCase();
  return MAC ? `⌘${name}` : `Ctrl ${name}`;
}
