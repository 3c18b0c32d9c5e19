export interface Part {
  text: string;
  money: boolean;
}

/** A sentence cut at its dollar amounts, so that they can be set in money's colour. */
export function amounts(sentence: string): Part[] {
  return sentence
    .split(/(\$\d[\d,]*(?:\.\d+)?)/)
    .map((text, i) => ({ text, money: i % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
