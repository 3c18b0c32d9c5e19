// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = 'Hello';

export const handler = async (event) => {
  const name = event.name ?? 'world';
  console.log(`greeting ${name}`);
  return { message: `${GREETING}, ${name}!` };
};
