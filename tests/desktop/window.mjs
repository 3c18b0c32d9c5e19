// The real window, driven through tauri-driver and WebKitWebDriver, with a home folder of its own.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

import { remote } from 'webdriverio';

import { eventually, processesWith, program, proportional_mb, startedAt, words } from '../stage/processes.mjs';
import { temporary } from '../stage/project.mjs';

/** Long: the machine may be busy with other tests. */
const PATIENCE = 30_000;

export class Window {
  /** The app on a folder, as soon as it can be driven; `data` names a record that outlives it. */
  static async open(folder, { data = null, arguments: more = [] } = {}) {
    const window = new Window(data);
    try {
      await window.#start(folder, more);
    } catch (error) {
      await window.end();
      throw error;
    }
    return window;
  }

  constructor(data) {
    this.home = temporary('home');
    this.data = data ?? `${this.home}/record`;
  }

  /** The processes that functions run in: not the app, not its keeper, not WebKit's. */
  functions() {
    return this.#processes().filter((pid) => program(pid) !== this.application && !program(pid)?.includes('webkit2gtk'));
  }

  /** One element, by its data-testid and, if need be, more of a selector. */
  at(testid, more = '') {
    return this.page.$(`[data-testid="${testid}"]${more}`);
  }

  /** Waits until an element is there. */
  async sees(testid, more = '') {
    const element = this.at(testid, more);
    await element.waitForExist({ timeoutMsg: `${testid}${more} does not appear` });
    return element;
  }

  count(testid, more = '') {
    return this.page.execute((selector) => document.querySelectorAll(selector).length, `[data-testid="${testid}"]${more}`);
  }

  /** Waits until an element says `text`. */
  async says(testid, text) {
    await this.page.waitUntil(async () => (await this.#text(testid)).includes(text), {
      timeout: PATIENCE,
      timeoutMsg: `${testid} does not say "${text}"`,
    });
  }

  /** From the list to a function's own page. */
  async visit(name) {
    await (await this.sees('function-row', `[data-name="${name}"]`)).$('[data-testid="function-link"]').click();
    await this.says('function-name', name);
  }

  /** Presses Invoke; resolves with the answer's body once it is that of the new call. */
  async invoke() {
    const request = () => this.page.execute(() => {
      const { request, sending } = document.querySelector('[data-testid="result"]').dataset;
      return sending === 'false' ? (request ?? null) : null;
    });
    const before = await request();
    await this.at('invoke').click();
    await this.page.waitUntil(async () => ![null, before].includes(await request()), { timeout: PATIENCE, timeoutMsg: 'no answer appears' });
    return this.#text('result-body');
  }

  /** Types below the last line of the function's file. */
  async append(text) {
    await (await this.sees('code-editor', ' .cm-content')).click();
    await this.page.keys(['Control', 'End']);
    await this.page.keys(text);
  }

  /** When the app was started, milliseconds since the epoch, to a hundredth of a second. */
  started() {
    return startedAt(this.pid);
  }

  /** What it and WebKit's processes hold of the machine's memory now. */
  memory_mb() {
    const whole = (pid) => program(pid) === this.application || program(pid)?.includes('webkit2gtk');
    return this.#processes().filter(whole).reduce((sum, pid) => sum + proportional_mb(pid), 0);
  }

  /** Resolves when everything that changed so far is on the screen. */
  async painted() {
    await this.page.executeAsync((done) => {
      void document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));
    });
  }

  /** Closes the window as a person does. */
  close() {
    this.#person('close');
  }

  /** Presses Ctrl and a key on the keyboard, not in the page. */
  press(key) {
    this.#person('press', key);
  }

  /** Resolves when nothing of this window runs any more, without anybody ending it from here. */
  async gone() {
    await eventually('the app and all it started have ended', () => this.#processes().length === 0);
  }

  /** Ends what is left, by its id, and removes what it kept. */
  async end() {
    // The session ends with the app, so there may be none any more.
    await this.page?.deleteSession().catch(() => undefined);
    if (this.driver?.exitCode === null) {
      this.driver.kill('SIGTERM');
      await once(this.driver, 'exit');
    }
    for (const pid of this.#processes()) process.kill(pid, 'SIGKILL');
    await this.gone();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }

  async #start(folder, more) {
    this.application = realpathSync(named('COLDFRAME_DESKTOP_BIN'));
    const [port, native] = [await freePort(), await freePort()];
    this.driver = spawn(named('TAURI_DRIVER'), ['--port', String(port), '--native-port', String(native)], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        HOME: this.home,
        XDG_CACHE_HOME: `${this.home}/cache`,
        XDG_CONFIG_HOME: `${this.home}/config`,
        XDG_DATA_HOME: `${this.home}/data`,
        NO_AT_BRIDGE: '1',
      },
    });
    // The outer driver listens first, and falls over when the inner one does not yet.
    await eventually('both drivers listen', async () => (await accepts(native)) && accepts(port));
    this.page = await remote({
      hostname: '127.0.0.1',
      port,
      logLevel: 'error',
      connectionRetryCount: 0,
      waitforTimeout: PATIENCE,
      waitforInterval: 50,
      capabilities: {
        // No browserName: tauri-driver matches none.
        'tauri:options': { application: this.application, args: ['--data-dir', this.data, '--port', '0', ...more, folder] },
        'wdio:enforceWebDriverClassic': true,
      },
    });
    this.pid = this.#processes().find((pid) => program(pid) === this.application && words(pid).includes(folder));
  }

  /** What runs because of this window. The drivers know its home as well, but are no part of it. */
  #processes() {
    return processesWith(this.home).filter((pid) => !['tauri-driver', 'WebKitWebDriver'].includes(basename(program(pid) ?? '')));
  }

  #person(...words) {
    execFileSync('python3', [fileURLToPath(new URL('person.py', import.meta.url)), String(this.pid), ...words]);
  }

  #text(testid) {
    return this.page.execute((id) => [...document.querySelectorAll(`[data-testid="${id}"]`)].map((one) => one.innerText).join('\n'), testid);
  }
}

function named(variable) {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} names no program\nhint: \`cargo xtask test desktop\` does it all`);
  return path;
}

/** A port nobody listens on now: the driver takes none of its own choosing. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (open) => (socket.destroy(), resolve(open));
    socket.on('connect', () => answer(true)).on('error', () => answer(false));
  });
}
