// What a limit of the record's file takes out of it, told before it holds.

const GIB = 2 ** 30;

/** Bytes of the file that go at once: beyond the limit it is brought down to nine tenths of that, so as not to begin again. */
export function over(fileBytes: number, gib: number): number {
  const limit = gib * GIB;
  return fileBytes > limit ? Math.round(fileBytes - limit * 0.9) : 0;
}
