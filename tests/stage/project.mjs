// A project in a temporary folder: what a journey happens to.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** An empty folder whose name says whose it is. */
export function temporary(what) {
  return realpathSync(mkdtempSync(join(tmpdir(), `coldframe-${what}-`)));
}

export class Project {
  constructor(files) {
    this.folder = temporary('project');
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  get name() {
    return basename(this.folder);
  }

  /** Writes a file as a plain save does. */
  write(path, text) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
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
