// Change the greeting, save, and call it again: the next call runs the new code.
const functions = require('@google-cloud/functions-framework');

const GREETING = 'Hello';

functions.http('{{name}}', (req, res) => {
  const name = req.query.name ?? 'world';
  console.log(`greeting ${name}`);
  res.send(`${GREETING}, ${name}!`);
});
