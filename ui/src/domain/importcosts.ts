// What each import of a file took when it was measured last, by the line that asks for it.

import type { CheckedImport, ImportedModule, ImportReport } from '$ipc';
import { samePath } from './paths';

export interface LineCost {
  line: number;
  ms: number;
  /** Modules the line brought in. */
  names: string[];
}

/** Less is not worth a place beside the code. */
const LEAST_MS = 0.5;

/**
 * Costs of a file's lines; a module that somebody else imported first costs nothing here, and is not told. Of what the last
 * save's receipt names, its figure is taken: the median of several inits, where the report is of one.
 */
export function importCosts(text: string, path: string, report: ImportReport, receipt: readonly CheckedImport[] = []): LineCost[] {
  const medians = new Map(receipt.map(({ name, now_ms: now }) => [name, now]));
  const own = report.modules.findIndex(({ file }) => file !== null && samePath(file, path));
  if (own < 0) return [];
  const children = report.modules.filter(({ parent }) => parent === own);
  const told: LineCost[] = [];
  const claimed = new Set<ImportedModule>();
  text.split('\n').forEach((code, index) => {
    const wanted = path.endsWith('.py') ? pythonNames(code) : nodeNames(code);
    const brought = children.filter((module) => !claimed.has(module) && wanted.some((name) => isFor(module, name, path.endsWith('.py'))));
    brought.forEach((module) => claimed.add(module));
    const ms = brought.reduce((sum, { name, total_ms: total }) => sum + (medians.get(name) ?? total), 0);
    if (ms >= LEAST_MS) told.push({ line: index + 1, ms, names: brought.map(({ name }) => name) });
  });
  return told;
}

/** `import a.b, c as d` and `from a import b`: what the interpreter is asked for. */
function pythonNames(code: string): string[] {
  const from = /^\s*from\s+([\w.]+)\s+import\s+\(?([\w\s,]*)/.exec(code);
  if (from) {
    const base = from[1]?.replace(/^\.+/, '') ?? '';
    const inside = (from[2] ?? '').split(',').map((name) => name.trim().split(/\s+/)[0] ?? '').filter(Boolean);
    return base === '' ? inside : [base, ...inside.map((name) => `${base}.${name}`)];
  }
  const plain = /^\s*import\s+([\w.,\s]+)/.exec(code);
  return (plain?.[1] ?? '').split(',').map((name) => name.trim().split(/\s+/)[0] ?? '').filter(Boolean);
}

/** Every specifier of `require('…')`, `import … from '…'`, `import '…'` and `import('…')`. */
function nodeNames(code: string): string[] {
  const found = code.matchAll(/(?:\brequire\s*\(|\bimport\s*\(|\bfrom|\bimport)\s*['"]([^'"]+)['"]/g);
  return Array.from(found, ([, name]) => name ?? '').filter(Boolean);
}

function isFor({ name }: ImportedModule, wanted: string, python: boolean): boolean {
  // A relative import is told by its whole name.
  if (python) return name === wanted || name.endsWith(`.${wanted}`);
  const plain = wanted.replace(/^node:/, '');
  if (/^\.{0,2}\//.test(wanted)) {
    const end = plain.replace(/^(\.{0,2}\/)+/, '').replace(/\.\w+$/, '');
    return end !== '' && new RegExp(`(^|/)${end.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\.\\w+|/index\\.\\w+)?$`).test(name);
  }
  return name === plain || name === `node:${plain}` || name.startsWith(`${plain}/`);
}
