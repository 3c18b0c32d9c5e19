// What the page's main thread did, from Chromium's own trace: the processor time of each task, cut into frames. Not the
// time by the clock, which others at work on the machine would stretch.

const FRAME_MS = 1000 / 60;

/** Does something while the main thread is watched; resolves with the milliseconds of work in each frame of that time. */
export async function work(browser, page, act) {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return frames(traceEvents);
}

function frames(events) {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const busiest = mains.map(({ pid, tid }) => tasks(events, pid, tid)).sort((a, b) => total(b) - total(a))[0] ?? [];
  const from = busiest[0]?.at ?? 0;
  const until = Math.max(from, ...busiest.map(({ at, ms }) => at + ms));
  const each = new Array(Math.ceil((until - from) / FRAME_MS)).fill(0);
  for (const { at, ms } of busiest) {
    for (let done = at - from, left = ms; left > 0; ) {
      const frame = Math.floor(done / FRAME_MS + 1e-9);
      const here = Math.min(left, (frame + 1) * FRAME_MS - done);
      each[frame] = (each[frame] ?? 0) + here;
      left -= Math.max(here, 1e-6);
      done += Math.max(here, 1e-6);
    }
  }
  return each;
}

function tasks(events, pid, tid) {
  return events
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && event.name === 'RunTask')
    .map(({ ts, dur = 0, tdur = dur }) => ({ at: ts / 1000, ms: tdur / 1000 }));
}

function total(all) {
  return all.reduce((sum, { ms }) => sum + ms, 0);
}

/** By nearest rank. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
