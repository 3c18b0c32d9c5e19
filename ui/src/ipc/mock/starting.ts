import type { Starters } from '../wire';

export const STARTERS: Starters = {
  templates: [
    ...([['python', 'lambda_function.py'], ['node', 'index.mjs'], ['typescript', 'index.ts'], ['rust', 'src/main.rs'], ['go', 'main.go'], ['java', 'src/main/java/function/Handler.java'], ['custom', 'bootstrap']] as const).map(
      ([language, file]) => ({ provider: 'aws', language, file: `{{name}}/${file}` }),
    ),
    ...([['python', 'py'], ['node', 'js'], ['typescript', 'ts'], ['go', 'go']] as const).map(
      ([language, ending]) => ({ provider: 'vercel', language, file: `api/{{name}}.${ending}` }),
    ),
  ],
  folder: '/home/ada/coldframe-functions',
  samples: '/home/ada/coldframe-samples',
};
