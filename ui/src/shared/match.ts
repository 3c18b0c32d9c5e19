// How well what was typed fits something that has a name: for finding by a few letters.

/** 1 is best, 0 is not at all. Every word typed must be found; in the name it counts for more than in what is said of it. */
export function fit(typed: string, name: string, about: readonly string[] = []): number {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return words.reduce((worst, word) => Math.min(worst, one(word, name.toLowerCase(), about)), 1);
}

function one(word: string, name: string, about: readonly string[]): number {
  const at = name.indexOf(word);
  if (at === 0) return 1;
  if (at > 0) return beginsWord(word, name) ? 0.8 : 0.6;
  if (about.some((text) => text.toLowerCase().startsWith(word))) return 0.3;
  return scattered(word, name) ? 0.1 : 0;
}

function beginsWord(word: string, name: string): boolean {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(name.charAt(at - 1))) return true;
  }
  return false;
}

/** `thmb` in `thumbnail`. */
function scattered(word: string, name: string): boolean {
  if (word.length < 3) return false;
  let from = 0;
  for (const letter of word) {
    const at = name.indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}
