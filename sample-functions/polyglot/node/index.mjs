// How many primes lie below a number: the same question to every language.
export const handler = async (event) => {
  const below = Math.min(Number(event.queryStringParameters?.below ?? 200_000), 2_000_000);
  const began = performance.now();
  const count = primes(below);
  return { language: `Node ${process.versions.node}`, count, ms: Math.round((performance.now() - began) * 100) / 100 };
};

function primes(below) {
  const composite = new Uint8Array(below);
  let count = 0;
  for (let number = 2; number < below; number++) {
    if (composite[number]) continue;
    count++;
    for (let multiple = number * number; multiple < below; multiple += number) composite[multiple] = 1;
  }
  return count;
}
