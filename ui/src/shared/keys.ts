// Shortcuts as a person presses and reads them: ⌘ on a Mac, Ctrl elsewhere.

const MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** `mod+k`, or a sign that is typed alone: `?`. */
export type Chord = `mod+${string}` | '?';

/** Does this event press the chord? Shift and alt must be up: those combinations belong to the browser. */
export function pressed(event: KeyboardEvent, chord: Chord): boolean {
  if (chord === '?') return event.key === '?' && !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event.target);
  if (chord === 'mod+z' && writing(event.target)) return false;
  const mod = MAC ? event.metaKey : event.ctrlKey;
  return mod && !event.altKey && !event.shiftKey && event.key.toLowerCase() === chord.slice(4);
}

/** A person is writing there: what they type is text, and undoing is undoing that. */
export function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

const NAMES: Record<string, string> = { enter: '↵' };

/** `mod+k` → `⌘K` or `Ctrl K`. */
export function label(chord: Chord): string {
  if (chord === '?') return chord;
  const key = chord.slice(4);
  const name = NAMES[key] ?? key.toUpperCase();
  return MAC ? `⌘${name}` : `Ctrl ${name}`;
}
