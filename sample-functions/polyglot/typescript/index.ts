// How many primes lie below a number: the same question to every language.
interface Request {
  queryStringParameters?: Partial<Record<'below', string>>;
}

interface Answer {
  language: string;
  count: number;
  ms: number;
}

export const handler = async (event: Request): Promise<Answer> => {
  const below = Math.min(Number(event.queryStringParameters?.below ?? 200_000), 2_000_000);
  const began = performance.now();
  let count = 0;
  for (const _ of primes(below)) count++;
  return { language: `TypeScript on Node ${process.versions.node}`, count, ms: Math.round((performance.now() - began) * 100) / 100 };
};

function* primes(below: number): Generator<number> {
  const composite = new Uint8Array(below);
  for (let number = 2; number < below; number++) {
    if (composite[number]) continue;
    yield number;
    for (let multiple = number * number; multiple < below; multiple += number) composite[multiple] = 1;
  }
}
