// What a test set up is taken down in the opposite order: node:test runs its own `after` hooks first come, first served.

const deferred = new WeakMap();

/** Runs `end` when the test ends, before everything that was deferred earlier. */
export function defer(test, end) {
  const ends = deferred.get(test) ?? [];
  ends.push(end);
  if (ends.length > 1) return;
  deferred.set(test, ends);
  test.after(async () => {
    const errors = [];
    while (ends.length > 0) await Promise.resolve().then(ends.pop()).catch((error) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  });
}
