import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
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

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
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
