// A streamed response: the first words arrive long before the last, on its function URL and through the SDK.
const STORY = `A seed was sown under glass in the cold of the year. Every morning someone lifted the lid a little
further, and every night they closed it again. When the frost was over, it was planted out, and did not notice.`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const handler = awslambda.streamifyResponse(async (event, responseStream, _context) => {
  const pace = Math.min(Number(event.queryStringParameters?.pace ?? event.pace ?? 20) || 0, 50);
  const stream = awslambda.HttpResponseStream.from(responseStream, {
    statusCode: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
  for (const word of STORY.split(/\s+/)) {
    stream.write(`${word} `);
    await pause(pace);
  }
  stream.write('\n');
  stream.end();
});
