// Change the greeting, save, and call it again: the next call runs the new code.
const { app } = require('@azure/functions');

const GREETING = 'Hello';

app.http('{{name}}', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: async (request, context) => {
    const name = request.query.get('name') || 'world';
    context.log(`greeting ${name}`);
    return { body: `${GREETING}, ${name}!` };
  },
});
