// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = 'Hello';

interface Context {
  query: Record<string, string>;
  log: { info(line: string): void };
}

export const handle = async (context: Context): Promise<{ message: string }> => {
  const name = context.query.name ?? 'world';
  context.log.info(`greeting ${name}`);
  return { message: `${GREETING}, ${name}!` };
};
