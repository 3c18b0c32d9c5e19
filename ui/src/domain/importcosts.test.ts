import { expect, test } from 'vitest';
import type { ImportedModule, ImportReport } from '$ipc';
import { importCosts } from './importcosts';

const module = (name: string, parent: number | null, total: number, file: string | null = null): ImportedModule => ({
  name, file, from: 'installed', parent, self_ms: total, total_ms: total, failed: false,
});

const report = (modules: ImportedModule[]): ImportReport => ({
  function: 1, name: 'f', language: 'python', revision: 'abc', measured_at: '', runs_ms: [], init_ms: 0, outside_ms: 0, modules, left_out: 0, failure: null, rests_on: [],
});

test('the lines of a Python file carry what they import', () => {
  const measured = report([
    module('lambda_function', null, 460, 'hello/lambda_function.py'),
    module('pandas', 0, 412.3),
    module('numpy', 1, 300),
    module('xml.dom.minidom', 0, 9),
    module('shop', 0, 3, 'hello/shop/__init__.py'),
    module('shop.cart', 0, 4, 'hello/shop/cart.py'),
    module('json', 0, 0.2),
  ]);
  const text = 'import json\nimport pandas as pd, xml.dom.minidom\n\nfrom shop import cart, till\n    import numpy\n';
  expect(importCosts(text, 'lambda_function.py', measured)).toEqual([
    { line: 2, ms: 421.3, names: ['pandas', 'xml.dom.minidom'] },
    { line: 4, ms: 7, names: ['shop', 'shop.cart'] },
  ]);
  expect(importCosts(text, 'other.py', measured), 'no module of that file').toEqual([]);
});

test('the lines of a Node file do, whichever way they ask', () => {
  const measured = report([
    module('index.mjs', null, 100, 'hello/index.mjs'),
    module('@aws-sdk/client-s3/dist-cjs/index.js', 0, 61),
    module('node:http2', 0, 8),
    module('lib/db.js', 0, 5, 'hello/lib/db.js'),
    module('left/index.js', 0, 2),
  ]);
  const text = "import { S3 } from '@aws-sdk/client-s3';\nconst http = require('http2')\nimport './lib/db.js'\nconst later = () => import('left')\n// nothing\n";
  expect(importCosts(text, 'index.mjs', measured).map(({ line, ms }) => [line, ms])).toEqual([[1, 61], [2, 8], [3, 5], [4, 2]]);
});

test('what a receipt names has one figure, in its row and beside the line', () => {
  const measured = report([module('lambda_function', null, 20, 'hello/lambda_function.py'), module('heavy', 0, 1.4), module('json', 0, 2)]);
  const receipt = [{ name: 'heavy', from: 'function', before_ms: null, now_ms: 6.8, verdict: 'worse' as const }];
  expect(importCosts('import heavy\nimport json\n', 'lambda_function.py', measured, receipt).map(({ ms }) => ms)).toEqual([6.8, 2]);
});
