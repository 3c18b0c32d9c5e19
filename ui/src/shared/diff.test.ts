import { expect, test } from 'vitest';
import { unified } from './diff';

test('texts that are the same have no difference', () => {
  expect(unified('a\nb\n', 'a\nb\n')).toBe('');
  expect(unified('', '')).toBe('');
});

test('what came and what went stands between the lines around it', () => {
  expect(unified('1\n2\n3\n4\n5\n6\n7\n8\n', '1\n2\n3\n4\nfive\n6\n7\n8\n')).toBe('@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n');
  expect(unified('', 'a\n')).toBe('@@ -1,0 +1,1 @@\n+a\n');
  expect(unified('a\n', '')).toBe('@@ -1,1 +1,0 @@\n-a\n');
});

test('changes far from each other have a place each', () => {
  const old = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  const now = old.with(2, 'two').toSpliced(25, 1);
  expect(unified(`${old.join('\n')}\n`, `${now.join('\n')}\n`).match(/^@@.*@@$/gm)).toEqual(['@@ -1,6 +1,6 @@', '@@ -23,7 +23,6 @@']);
});

test('that there is no line break at the end is a difference', () => {
  expect(unified('a\nb\n', 'a\nb')).toBe('@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n');
});

test('whatever changed, the one becomes the other', () => {
  // A small generator with a fixed seed: the same texts each time.
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const text = (): string => Array.from({ length: random(40) }, () => `${'abcd'[random(4)]}\n`).join('');
  for (let round = 0; round < 200; round += 1) {
    const [old, now] = [text(), text()];
    expect(applied(old, unified(old, now)), JSON.stringify([old, now])).toBe(now);
  }
  const long = (word: string): string => Array.from({ length: 2_000 }, (_, i) => `${word} ${i}\n`).join('');
  expect(applied(long('a'), unified(long('a'), long('b'))), 'more than is looked through').toBe(long('b'));
});

/** As `patch` reads it. */
function applied(text: string, diff: string): string {
  const old = text.split('\n').slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(0, -1)) {
    const place = /^@@ -(\d+),/.exec(line);
    if (place) {
      while (at < Number(place[1]) - 1) out.push(old[at++] ?? '');
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(old[at], 'what went or stays was there').toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at += 1;
    }
  }
  return [...out, ...old.slice(at)].map((line) => `${line}\n`).join('');
}
