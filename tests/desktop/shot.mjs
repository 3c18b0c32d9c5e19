// One picture of the real window on the samples, after a call:  node shot.mjs FILE

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Project } from '../stage/project.mjs';
import { Window } from './window.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [file = 'window.png'] = process.argv.slice(2);

const project = Project.copy(here('../../sample-functions'));
try {
  const window = await Window.open(project.folder);
  try {
    await window.visit('thumbnail');
    await window.sees('code-editor', ' .cm-content');
    await window.invoke();
    await window.sees('recent-row');
    await window.invoke();
    await window.painted();
    execFileSync('python3', [here('screen.py'), file]);
  } finally {
    await window.end();
  }
} finally {
  project.remove();
}
