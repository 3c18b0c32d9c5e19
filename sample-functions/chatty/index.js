// Logs a lot: a thousand lines a call, in three levels and on both streams.
const levels = ['debug', 'info', 'warn'];

exports.handler = async (event, context) => {
  const lines = Math.min(Number(event.lines ?? 1000) || 0, 100000);
  for (let line = 0; line < lines; line += 1) {
    const level = levels[line % levels.length];
    const entry = JSON.stringify({ level, line, message: `step ${line} of ${lines}`, request: context.awsRequestId });
    if (level === 'warn') console.error(entry);
    else console.log(entry);
  }
  return { lines };
};
