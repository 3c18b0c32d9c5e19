// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = 'Hello';

interface Greeted {
  name?: string;
}

export const handler = async (event: Greeted): Promise<{ message: string }> => {
  const name = event.name ?? 'world';
  console.log(`greeting ${name}`);
  return { message: `${GREETING}, ${name}!` };
};
