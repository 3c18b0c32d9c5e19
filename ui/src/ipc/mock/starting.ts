import type { Starters } from '../wire';

export const STARTERS: Starters = {
  templates: [
    ...([['python', 'lambda_function.py'], ['node', 'index.mjs'], ['typescript', 'index.ts'], ['rust', 'src/main.rs'], ['go', 'main.go'], ['java', 'src/main/java/function/Handler.java'], ['ruby', 'lambda_function.rb'], ['custom', 'bootstrap']] as const).map(
      ([language, file]) => ({ provider: 'aws', language, file: `{{name}}/${file}`, called: '{{name}}' }),
    ),
    ...([['python', 'py'], ['node', 'js'], ['typescript', 'ts'], ['go', 'go']] as const).map(
      ([language, ending]) => ({ provider: 'vercel', language, file: `api/{{name}}.${ending}`, called: 'api-{{name}}' }),
    ),
    { provider: 'gcp', language: 'python', file: '{{name}}/main.py', called: '{{identifier}}' },
    ...([['node', 'index.js'], ['typescript', 'index.ts'], ['go', 'function.go'], ['java', 'src/main/java/function/Handler.java']] as const).map(
      ([language, file]) => ({ provider: 'gcp', language, file: `{{name}}/${file}`, called: '{{name}}' }),
    ),
    ...(['ibm', 'knative'] as const).flatMap((provider) => [
      { provider, language: 'python', file: '{{name}}/__main__.py', called: '{{name}}' },
      { provider, language: 'node', file: '{{name}}/main.js', called: '{{name}}' },
    ]),
  ],
  folder: '/home/ada/coldframe-functions',
  samples: '/home/ada/coldframe-samples',
};
