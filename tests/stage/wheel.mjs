// A package of ours to install from the disk, so that no test asks anybody else.

import { execFileSync } from 'node:child_process';

const WHEEL = `
import zipfile, os
os.makedirs('wheels', exist_ok=True)
info = 'seeds-1.0.dist-info/'
with zipfile.ZipFile('wheels/seeds-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('seeds/__init__.py', 'KIND = "pea"\\n')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: seeds\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`;

/** Makes `wheels/seeds-1.0-py3-none-any.whl` in a folder. */
export function wheel(folder) {
  execFileSync('python3', ['-c', WHEEL], { cwd: folder });
}
