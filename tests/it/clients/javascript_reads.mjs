// What SDK users read at start-up, and what waiters wait for.
import { isDeepStrictEqual } from 'node:util';

import { client, lambda, report } from './checks.mjs';

const send = async (command, input) => {
  const { $metadata, ...body } = await client.send(new lambda[`${command}Command`](input));
  return body;
};

const listed = await send('ListFunctions', {});
report('list', { names: listed.Functions.map((one) => one.FunctionName), first: listed.Functions[0] });
const pages = [];
for await (const page of lambda.paginateListFunctions({ client, pageSize: 2 }, {})) {
  pages.push(page.Functions.map((one) => one.FunctionName));
}
report('pages', { pages });

const FunctionName = 'echo';
const configuration = await send('GetFunctionConfiguration', { FunctionName });
report('configuration', configuration);
const read = await send('GetFunction', { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:echo' });
const same = isDeepStrictEqual(read.Configuration, configuration);
report('function', { same, code: Object.keys(read.Code).sort(), tags: read.Tags });
const qualified = await send('GetFunction', { FunctionName, Qualifier: '$LATEST' });
report('qualified', { arn: qualified.Configuration.FunctionArn });
report('concurrency', await send('GetFunctionConcurrency', { FunctionName: 'waits' }));
report('reserved', (await send('GetFunction', { FunctionName: 'waits' })).Concurrency);
report('url', await send('GetFunctionUrlConfig', { FunctionName }));
report('settings', (await send('GetAccountSettings', {})).AccountLimit);
report('mappings', await send('ListEventSourceMappings', { FunctionName }));

const waiters = {
  function_exists: lambda.waitUntilFunctionExists,
  function_active: lambda.waitUntilFunctionActive,
  function_active_v2: lambda.waitUntilFunctionActiveV2,
  function_updated: lambda.waitUntilFunctionUpdated,
  function_updated_v2: lambda.waitUntilFunctionUpdatedV2,
};
for (const [check, wait] of Object.entries(waiters)) {
  const { state } = await wait({ client, maxWaitTime: 10 }, { FunctionName });
  report(check, { waited: state === 'SUCCESS' });
}
