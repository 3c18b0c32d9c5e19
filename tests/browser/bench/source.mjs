// Five thousand calls a second, as the page hears of them: a proxy before the real host that answers everything from
// there but the live channel, in whose place it sends batches like the host's own, twenty a second and filled to the
// host's own limits (`live.rs`). Outside the page, so that what it costs to make them is not the page's.

import { once } from 'node:events';
import { createServer, request } from 'node:http';

export const PER_SECOND = 5000;
const BATCH_MS = 50;
const MOST_INVOCATIONS = 200;
const MOST_LOGS = 500;
const COUNTER = 4096;

export class Source {
  #server;
  #listeners = new Set();
  #counter = 0;
  #timer;

  /** In front of a host; `rows` and `lines` are what the made-up calls look like. */
  static async before(host, rows, lines) {
    const source = new Source(host, rows, lines);
    source.#server.listen(0, '127.0.0.1');
    await once(source.#server, 'listening');
    source.link = `http://127.0.0.1:${source.#server.address().port}/#token=${host.token}`;
    return source;
  }

  constructor(host, rows, lines) {
    const { hostname, port } = new URL(host.link);
    this.rows = rows;
    this.lines = lines;
    this.#server = createServer((asked, answer) => {
      if (asked.url === '/live') return this.#follow(answer);
      const { method, url: path, headers } = asked;
      const passed = request({ hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } }, (given) => {
        answer.writeHead(given.statusCode, given.headers);
        given.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    });
  }

  start() {
    let due = performance.now();
    this.#timer = setInterval(() => {
      for (; due <= performance.now(); due += BATCH_MS) this.#send();
    }, BATCH_MS / 2);
  }

  stop() {
    clearInterval(this.#timer);
  }

  end() {
    this.stop();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #follow(answer) {
    answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
    answer.write('\n');
    this.#listeners.add(answer);
    answer.on('close', () => this.#listeners.delete(answer));
  }

  #send() {
    if (this.#listeners.size === 0) return;
    const now = Date.now();
    const at = new Date(now).toISOString();
    const id = () => now * COUNTER + (this.#counter++ % COUNTER);
    const many = (PER_SECOND * BATCH_MS) / 1000;
    const invocations = Array.from({ length: Math.min(many, MOST_INVOCATIONS) }, (_, n) => ({
      ...this.rows[n % this.rows.length], id: id(), request_id: crypto.randomUUID(), started_at: at,
    }));
    const logs = Array.from({ length: MOST_LOGS }, (_, n) => {
      const { id: invocation_id, request_id, function_id, function: name } = invocations[n % invocations.length];
      return { ...this.lines[n % this.lines.length], id: id(), at, function_id, function: name, invocation_id, request_id };
    });
    const batch = { functions: [], invocations, skipped: many - invocations.length, logs, reloads: [], notices: [], status: null, stale: false };
    const line = `${JSON.stringify(batch)}\n`;
    for (const listener of this.#listeners) listener.write(line);
  }
}
