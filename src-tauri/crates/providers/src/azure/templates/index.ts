// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = 'Hello';

interface Context {
  log(line: string): void;
}

interface Request {
  query: Record<string, string>;
}

export default async function (context: Context, request: Request): Promise<{ body: string }> {
  const name = request.query.name ?? 'world';
  context.log(`greeting ${name}`);
  return { body: `${GREETING}, ${name}!` };
}
