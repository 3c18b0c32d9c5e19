// Every way to call a function that answers.
import { invoke } from './checks.mjs';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
const context = { client: { app_title: 'Seeds' }, custom: { bed: '3' }, env: { locale: 'de' } };

await invoke('with a payload', 'echo', { Payload: JSON.stringify({ name: 'Ada', text: 'grüß' }) });
await invoke('without a payload', 'echo');
await invoke('with a number', 'echo', { Payload: '7' });
await invoke('with the log', 'echo', { Payload: '{}', LogType: 'Tail' });
await invoke('without the log', 'echo', { Payload: '{}', LogType: 'None' });
await invoke('as an event', 'echo', { Payload: '{}', InvocationType: 'Event' });
await invoke('as a dry run', 'echo', { Payload: '{}', InvocationType: 'DryRun' });
await invoke('with client context', 'echo', { ClientContext: Buffer.from(JSON.stringify(context)).toString('base64') });
await invoke('by name', 'echo', { Payload: '{}' });
await invoke('by name and version', 'echo:$LATEST', { Payload: '{}' });
await invoke('by qualifier', 'echo', { Qualifier: '$LATEST', Payload: '{}' });
await invoke('by ARN', arn, { Payload: '{}' });
await invoke('by ARN and version', `${arn}:$LATEST`, { Payload: '{}' });
await invoke('by partial ARN', '000000000000:function:echo', { Payload: '{}' });
await invoke('by both, agreeing', 'echo:$LATEST', { Qualifier: '$LATEST', Payload: '{}' });
