// Five thousand calls a second, as the page hears of them: a proxy before the real host that answers everything from
// there but two things. In the place of the live channel it sends batches like the host's own in a flood: twenty a
// second, with as many rows and lines as its budget has (`live/budget.rs`), the others counted. And the newest rows,
// lines and spans of the record are those of the flood, other ones whenever they are asked for. Outside the page, so that
// what it costs to make them is not the page's.

import { once } from 'node:events';
import { createServer, request } from 'node:http';

export const PER_SECOND = 5000;
const BATCH_MS = 50;
const ROWS = 25;
/** Those that were said, and three that are made of each call. */
const LINES = 100 + 3 * ROWS;
const COUNTER = 4096;
/** As many as the host sends of a stretch. */
const SPANS = 10_000;

export class Source {
  #server;
  #listeners = new Set();
  #counter = 0;
  #last = [];
  #timer;

  /** In front of a host; of its record is what the made-up calls look like: `rows`, `lines` and a `timeline`. */
  static async before(host, record) {
    const source = new Source(host, record);
    source.#server.listen(0, '127.0.0.1');
    await once(source.#server, 'listening');
    source.link = `http://127.0.0.1:${source.#server.address().port}/#token=${host.token}`;
    return source;
  }

  constructor(host, { rows, lines, timeline }) {
    this.rows = rows;
    this.lines = lines;
    this.timeline = timeline;
    this.#server = createServer((asked, answer) => {
      if (asked.url === '/live') return this.#follow(answer);
      const made = {
        '/rpc/invocations': ({ before, after, limit }) => (before ?? after ? [] : this.#calls(limit).reverse()),
        '/rpc/logs': ({ before, after, limit }) => (before ?? after ? [] : this.#said(this.#calls(ROWS), limit)),
        '/rpc/timeline': ({ to }) => this.#spans(to),
      }[asked.url];
      if (made && this.#timer) return this.#make(asked, answer, made);
      this.#pass(host, asked, answer);
    });
  }

  async #make(asked, answer, made) {
    const request = JSON.parse(Buffer.concat(await asked.toArray()).toString());
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(made(request)));
  }

  #pass(host, asked, answer) {
    const { hostname, port } = new URL(host.link);
    const { method, url: path, headers } = asked;
    const passed = request({ hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } }, (given) => {
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
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
    const many = (PER_SECOND * BATCH_MS) / 1000;
    const fresh = this.#calls(ROWS);
    const functions = [...new Set(this.rows.map(({ function_id }) => function_id))];
    const skipped = functions.map((function_id) => ({ function_id, calls: Math.round((many - ROWS) / functions.length), cold: 0, failed: 0 }));
    // Each comes twice: when it was answered, and when it had finished.
    const invocations = [...this.#last, ...fresh];
    this.#last = fresh;
    const batch = { functions: [], invocations, skipped, logs: this.#said(fresh, LINES), skipped_logs: 3 * many, job_lines: [], saved: [], reloads: [], receipts: [], notices: [], status: null, stale: false };
    const line = `${JSON.stringify(batch)}\n`;
    for (const listener of this.#listeners) listener.write(line);
  }

  #id() {
    return Date.now() * COUNTER + (this.#counter++ % COUNTER);
  }

  #calls(many) {
    const started_at = new Date().toISOString();
    return Array.from({ length: many }, (_, n) => ({ ...this.rows[n % this.rows.length], id: this.#id(), request_id: crypto.randomUUID(), started_at }));
  }

  #said(calls, many) {
    const at = new Date().toISOString();
    return Array.from({ length: many }, (_, n) => {
      const { id: invocation_id, request_id, function_id, function: name } = calls[n % calls.length];
      return { ...this.lines[n % this.lines.length], id: this.#id(), at, function_id, function: name, invocation_id, request_id };
    });
  }

  #spans(to) {
    const end = Math.min(to, Date.now());
    const known = this.timeline.spans;
    const spans = Array.from({ length: SPANS }, (_, n) => ({ ...known[n % known.length], id: this.#id(), start: end - ((SPANS - n) / PER_SECOND) * 1000 }));
    return { ...this.timeline, spans, cut: true };
  }
}
