// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = 'Hello';

const handle = async (context) => {
  const name = context.query.name ?? 'world';
  context.log.info(`greeting ${name}`);
  return { message: `${GREETING}, ${name}!` };
};

module.exports = { handle };
