// An afternoon's traffic on the samples in a minute or so: different callers, in waves, some of them unlucky.

/** What is called in each wave: function, saved event or event, how often, how many at once. */
const WAVE = [
  ['hello', { name: 'Ada' }, 6, 2],
  ['order-total', { country: 'ES', items: [{ name: 'peas', cents: 249, count: 4 }, { name: 'pot', cents: 1299 }] }, 3, 2],
  ['thumbnail', { size: 128, width: 32 }, 2, 2],
  ['quote', { items: { bread: 2, cheese: 1 } }, 3, 1],
  ['markdown', { markdown: '# Peas & Beans\n\nSow **early**, *thinly*.' }, 2, 1],
  ['docs-search', { query: 'generator' }, 1, 1],
  ['io-wait', {}, 2, 2],
  ['shell-facts', {}, 1, 1],
];

/** What is called in one wave only. */
const ONCE = {
  1: [['crash', { how: 'raise' }, 1, 1], ['chatty', { lines: 10 }, 2, 1], ['primes-rust', { below: 1_000_000 }, 4, 2]],
  3: [['thumbnail', { size: 256, width: 32 }, 6, 6], ['hello', { name: 'Grace' }, 12, 6], ['crash', { how: 'none' }, 3, 1]],
  5: [['order-total', { country: 'XX', items: [] }, 1, 1], ['leak', {}, 6, 1], ['slug', {}, 2, 1], ['invoice', { items: { bread: 2 } }, 2, 1]],
  6: [['crash', { how: 'exit' }, 1, 1], ['primes-rust', { below: 2_000_000 }, 6, 2], ['hello', {}, 10, 4]],
  8: [['leak', { megabytes: 30 }, 8, 1], ['story-stream', {}, 2, 1]],
};

const WAVES = 9;

/** Drives it all, spread over so many minutes or as fast as it goes; resolves with how many calls there were. */
export async function traffic(host, minutes) {
  const began = Date.now();
  let calls = 0;
  for (let wave = 0; wave < WAVES; wave += 1) {
    await until(began + (wave / (WAVES - 1)) * minutes * 60_000);
    const groups = [...WAVE, ...(ONCE[wave] ?? [])];
    const done = await Promise.all(groups.map((group) => several(host, ...group)));
    calls += done.reduce((sum, count) => sum + count, 0);
  }
  for (const path of ['/api/hello', '/api/colors/leaf', '/api/hello']) await (await fetch(host.vercel + path)).text();
  return calls + 3;
}

function until(time) {
  return new Promise((resolve) => setTimeout(resolve, time - Date.now()));
}

async function several(host, name, event, times, atOnce) {
  let left = times;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const { status, body } = await host.invoke(name, event);
      if (status !== 200) throw new Error(`${name} was answered with ${status}: ${body}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return times;
}
