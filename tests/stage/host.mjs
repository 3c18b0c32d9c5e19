// The real `coldframe serve --ui` on a project, in a data folder and on ports of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { temporary } from './project.mjs';

export class Host {
  /** `data` names a folder that outlives the host. */
  static async start(folder, { binary = process.env.COLDFRAME_BIN, arguments: more = [], data: kept = null, env = {} } = {}) {
    if (!binary) throw new Error('COLDFRAME_BIN names no program\nhint: `cargo xtask test browser` does it all');
    const data = kept ?? temporary('data');
    const child = spawn(binary, ['serve', folder, '--port', '0', '--ui', '--data-dir', data, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const host = new Host(child, data, kept !== null);
    try {
      await host.#listening();
    } catch (error) {
      await host.end();
      throw error;
    }
    return host;
  }

  #stderr = '';
  #ended;

  constructor(child, data, kept) {
    this.child = child;
    this.kept = kept;
    this.data = data;
    this.#ended = once(child, 'exit');
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#stderr += text));
  }

  get pid() {
    return this.child.pid;
  }

  /** One command of the protocol. */
  async rpc(name, request) {
    const answer = await fetch(`${new URL(this.link).origin}/rpc/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!answer.ok) throw new Error(`rpc ${name} was answered with ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  async function(name) {
    const found = (await this.rpc('functions', {})).find((fn) => fn.name === name);
    if (!found) throw new Error(`the host has no function ${name}`);
    return found;
  }

  /** A call as a program would make it; the answer's status and body. */
  async invoke(name, event) {
    const answer = await fetch(`${this.aws}/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      body: JSON.stringify(event),
    });
    return { status: answer.status, body: await answer.text() };
  }

  /** `kill -9`. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.#ended;
  }

  /** Asks it to end, waits until it has, and removes what it kept. */
  async end() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    await this.#ended;
    // Its keeper ends after it, and takes its own files away.
    if (!this.kept) rmSync(this.data, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }

  async #listening() {
    const lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    const after = async (what) => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the host ended before it was ready: ${this.#stderr}`);
      if (!value.startsWith(what)) throw new Error(`expected "${what}…", the host said "${value}"`);
      return value.slice(what.length);
    };
    this.aws = await after('listening on ');
    this.vercel = await after('vercel on ');
    this.gcp = await after('gcp on ');
    this.ibm = await after('ibm on ');
    this.knative = await after('knative on ');
    this.azure = await after('azure on ');
    this.link = await after('ui on ');
    this.token = new URL(this.link).hash.replace('#token=', '');
  }
}
