// The JavaScript client of OpenWhisk, unmodified: what it gets is printed as one line of JSON.
import { createRequire } from 'node:module';

const openwhisk = createRequire(import.meta.url)('openwhisk');
const ow = openwhisk({ apihost: process.argv[2], api_key: 'uuid:key', ignore_certs: true });

const caught = async (promise) => promise.catch((error) => ({ message: error.message, statusCode: error.statusCode, error: error.error }));

const record = await ow.actions.invoke({ name: 'hello', params: { name: 'Ada' }, blocking: true });
console.log(JSON.stringify({
  record,
  result: await ow.actions.invoke({ name: 'hello', params: { name: 'Grace' }, blocking: true, result: true }),
  accepted: await ow.actions.invoke({ name: 'hello' }),
  failed: await caught(ow.actions.invoke({ name: 'hello', params: { how: 'raise' }, blocking: true })),
  unknown: await caught(ow.actions.invoke({ name: 'nobody', blocking: true })),
  list: (await ow.actions.list()).map(({ name }) => name).sort(),
  action: await ow.actions.get({ name: 'hello' }),
  again: await ow.activations.get({ name: record.activationId }),
  logs: await ow.activations.logs({ name: record.activationId }),
}));
