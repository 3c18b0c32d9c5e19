// Characters that are not seen and turn the direction of what follows them (the explicit ones of Unicode's UAX #9), shown
// by their numbers: a line of a log says what it says, and turns none beside it.

const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function unturned(text: string): string {
  return text.replace(TURNS, (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);
}
