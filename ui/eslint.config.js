import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Layers, lowest first. A file imports from its own layer and from those below it. */
const above = {
  ipc: ['shared', 'domain', 'views'],
  shared: ['ipc', 'domain', 'views'],
  domain: ['views'],
};

const tauri = { regex: '^@tauri-apps/', message: 'only ui/src/ipc/tauri.ts talks to Tauri' };

const boundary = (layer) => ({
  files: [`src/${layer}/**/*.{ts,svelte}`],
  ignores: ['src/ipc/tauri.ts', 'src/**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          tauri,
          ...above[layer].map((upper) => ({
            regex: `(^\\$${upper}(/|$))|((^|/)\\.\\./(.*/)?${upper}/)`,
            message: `${layer}/ must not know ${upper}/: shared → domain → views`,
          })),
        ],
      },
    ],
  },
});

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/ipc/generated/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, __MOCK__: 'readonly' } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  { files: ['scripts/**', '*.config.*'], languageOptions: { globals: globals.node } },
  {
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: ['error', 'smart'],
      'svelte/no-at-html-tags': 'error',
      // State is replaced, not mutated (`$state.raw`); maps inside controllers are bookkeeping nobody renders.
      'svelte/prefer-svelte-reactivity': 'off',
      // A space at the edge of an element has to be written as an expression, or it is trimmed.
      'svelte/no-useless-mustaches': 'off',
      // Links are hash routes inside one document.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  { files: ['scripts/**'], rules: { 'no-console': 'off' } },
  {
    files: ['src/**/*.{ts,svelte}'],
    ignores: ['src/ipc/tauri.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [tauri] }] },
  },
  boundary('shared'),
  boundary('domain'),
  boundary('ipc'),
);
