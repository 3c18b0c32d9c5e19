// Change the greeting, save, and call it again: the next call runs the new code.
import { http, type Request, type Response } from '@google-cloud/functions-framework';

const GREETING = 'Hello';

http('{{name}}', (req: Request, res: Response) => {
  const name = req.query.name ?? 'world';
  console.log(`greeting ${name}`);
  res.send(`${GREETING}, ${name}!`);
});
