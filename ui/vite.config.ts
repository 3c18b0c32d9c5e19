import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** What the hosts send, so that a preview breaks where a host would. Styles are the editor's, written at run time. */
const csp = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The made-up host answers anything: in a build that people use it would hide a broken one. */
const noMock: Plugin = {
  name: 'no-mock',
  apply: 'build',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const found = chunk.moduleIds.find((id) => id.includes('/ipc/mock/'));
      if (found) this.error(`${found} must not be in the build`);
    }
  },
};

/** Writes down what the build took from others, for the page that says so. */
const bundled: Plugin = {
  name: 'bundled',
  apply: 'build',
  generateBundle() {
    const folders = [...this.getModuleIds()].flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id) ?? []);
    const components = [...new Set(folders)].sort().map((folder) => {
      const { name, version, license = 'see its licence file' } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Record<string, string>;
      return { name, version, license, part: 'interface' };
    });
    this.emitFile({ type: 'asset', fileName: 'bundled.json', source: JSON.stringify(components) });
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), bundled, ...(mode === 'mock' ? [] : [noMock])],
  base: './',
  resolve: {
    alias: [
      { find: /^\$ipc$/, replacement: src('ipc/index.ts') },
      { find: /^\$ipc\//, replacement: src('ipc/') },
      { find: /^\$shared\//, replacement: src('shared/') },
      { find: /^\$domain\//, replacement: src('domain/') },
      { find: /^\$views\//, replacement: src('views/') },
    ],
    // Tests mount the client build of Svelte, not the server's.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  // The made-up host is compiled in only when asked for by name.
  define: { __MOCK__: JSON.stringify(mode === 'mock' || mode === 'test') },
  build: {
    outDir: mode === 'mock' ? 'node_modules/.cache/mock-dist' : 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Data URLs for small fonts and pictures would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { port: 5173, strictPort: true },
  preview: { headers: { 'Content-Security-Policy': csp } },
  test: { include: ['src/**/*.test.ts'], environment: 'happy-dom', restoreMocks: true },
}));
