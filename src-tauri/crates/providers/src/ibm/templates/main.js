// Change the greeting, save, and call it again: the next call runs the new code.
const GREETING = 'Hello';

function main(params) {
  const name = params.name ?? 'world';
  console.log(`greeting ${name}`);
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json' },
    body: { message: `${GREETING}, ${name}!` },
  };
}

module.exports.main = main;
