// InvokeWithResponseStream: chunks, and how a stream says that it failed.
import { attempt, client, lambda, report, text } from './checks.mjs';

const stream = (check, FunctionName, event, parameters = {}) =>
  attempt(check, async () => {
    const Payload = JSON.stringify(event);
    const input = { FunctionName, Payload, ...parameters };
    const response = await client.send(new lambda.InvokeWithResponseStreamCommand(input));
    const chunks = [];
    const ends = [];
    for await (const event of response.EventStream) {
      if (event.PayloadChunk) chunks.push(text(event.PayloadChunk.Payload));
      else ends.push(event.InvokeComplete);
    }
    return {
      status: response.StatusCode,
      version: response.ExecutedVersion,
      type: response.ResponseStreamContentType,
      request: response.$metadata.requestId,
      text: chunks.join(''),
      chunks: chunks.length,
      ends,
      log: ends.at(-1)?.LogResult ?? null,
    };
  });

const parts = ['one ', 'two ', 'three'];
await stream('parts', 'streams', { parts }, { LogType: 'Tail' });
await stream('fails half way', 'streams', { parts, fail: 'after' });
await stream('fails before', 'streams', { parts: [], fail: 'before' });
await stream('exits half way', 'streams', { parts, fail: 'exit' });
await stream('of a function that does not stream', 'echo', { name: 'Ada' });
await stream('of a function that raises', 'raises', {});
await stream('of nobody', 'nobody', {});
await stream('of a full one', 'closed', {});

const whole = await client.send(
  new lambda.InvokeCommand({ FunctionName: 'streams', Payload: JSON.stringify({ parts }) }),
);
report('called without a stream', { text: text(whole.Payload), error: whole.FunctionError ?? null });
