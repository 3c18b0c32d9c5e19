// What the SDK scripts share: a client with retries off, and one JSON line for each check.
import * as lambda from '@aws-sdk/client-lambda';

export const client = new lambda.LambdaClient({ maxAttempts: 1 });
export const retrying = new lambda.LambdaClient({});

export const report = (check, found) => console.log(JSON.stringify({ check, ...found }));

export const text = (bytes) => (bytes ? new TextDecoder().decode(bytes) : '');

const parsed = (bytes) => {
  try {
    return JSON.parse(text(bytes));
  } catch {
    return text(bytes);
  }
};

/** An answer of Invoke. */
export const answered = (response) => ({
  status: response.StatusCode,
  http: response.$metadata.httpStatusCode,
  request: response.$metadata.requestId,
  version: response.ExecutedVersion ?? null,
  function_error: response.FunctionError ?? null,
  log: response.LogResult ?? null,
  attempts: response.$metadata.attempts,
  empty: !response.Payload?.length,
  payload: parsed(response.Payload),
});

/** An error as `instanceof` sees it. */
export const failed = (error) => ({
  code: error.name,
  class: error.constructor.name,
  caught_by_its_class: Boolean(lambda[error.name]) && error instanceof lambda[error.name],
  http: error.$metadata?.httpStatusCode ?? null,
  // Where AWS says `Message`, this SDK keeps its name and may or may not find its text.
  message: error.message || error.Message,
  type: error.Type ?? null,
  reason: error.Reason ?? null,
  request: error.$metadata?.requestId,
  attempts: error.$metadata?.attempts,
});

export const attempt = async (check, work) => {
  try {
    report(check, await work());
  } catch (error) {
    if (!error.$metadata) throw error;
    report(check, failed(error));
  }
};

export const invoke = (check, FunctionName, { by = client, ...parameters } = {}) =>
  attempt(check, async () => answered(await by.send(new lambda.InvokeCommand({ FunctionName, ...parameters }))));

export { lambda };
