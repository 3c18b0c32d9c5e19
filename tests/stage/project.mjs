// A project in a temporary folder: what a journey happens to.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const BUILT = ['target', '__pycache__', '.venv', 'node_modules'];

/** An empty folder whose name says whose it is. */
export function temporary(what) {
  return realpathSync(mkdtempSync(join(tmpdir(), `coldframe-${what}-`)));
}

export class Project {
  #temporary = temporary('project');

  /** With these files; in a folder of this name, if it matters. */
  constructor(files, name = '') {
    this.folder = join(this.#temporary, name);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  /** What somebody else's project holds, but for what was built or kept there. */
  static copy(folder) {
    const project = new Project({}, basename(folder));
    cpSync(folder, project.folder, { recursive: true, filter: (path) => !BUILT.includes(basename(path)) });
    return project;
  }

  get name() {
    return basename(this.folder);
  }

  /** Writes a file as a plain save does; one that names its interpreter can be run. */
  write(path, text) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }

  read(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Makes what it holds the first commit of a repository. */
  commit() {
    const git = (...args) => execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: this.folder });
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'As it was');
  }

  remove() {
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}

/** Where the function of most journeys lies in its project. */
export const GREETER = 'greeter/lambda_function.py';

/** A function that greets, logs, and takes a moment to import, so that a cold start has something to show. */
export function greeter(word) {
  return `import decimal
import json

WORD = "${word}"


def lambda_handler(event, context):
    print("greeting", event.get("name", "nobody"))
    return {"said": WORD + ", " + event.get("name", "nobody")}
`;
}
