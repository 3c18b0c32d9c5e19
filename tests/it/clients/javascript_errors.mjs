// Every error: the function's own, which are answers, and the service's, which are exceptions.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { attempt, invoke, client, lambda, retrying } from './checks.mjs';

const sync = 6291456;
const async = 1048576;
const text = (length) => `"${'x'.repeat(length - 2)}"`;

// Answers.
await invoke('raised', 'raises', { LogType: 'Tail' });
await invoke('exited', 'exits', { LogType: 'Tail' });
await invoke('timed out', 'sleeps', { LogType: 'Tail' });
await invoke('not imported', 'unimportable');
await invoke('answer too large', 'large', { Payload: '6291557' });
await invoke('answer just right', 'large', { Payload: '1000000' });

// Exceptions.
await invoke('no such function', 'nobody');
await invoke('no such version', 'echo', { Qualifier: '7' });
await invoke('no such function, as an event', 'nobody', { InvocationType: 'Event' });
await invoke('no such function, as a dry run', 'nobody', { InvocationType: 'DryRun' });
await attempt('no such function, read', () => client.send(new lambda.GetFunctionCommand({ FunctionName: 'nobody' })));
await attempt('no such configuration', () =>
  client.send(new lambda.GetFunctionConfigurationCommand({ FunctionName: 'nobody' })),
);
await invoke('not JSON', 'echo', { Payload: '{not json' });
await invoke('not UTF-8', 'echo', { Payload: Uint8Array.of(0x22, 0xff, 0xfe, 0x22) });
await invoke('not JSON, as an event', 'echo', { Payload: '{not json', InvocationType: 'Event' });
await invoke('qualifiers disagree', 'echo:$LATEST', { Qualifier: 'live' });
await invoke('no such invocation type', 'echo', { InvocationType: 'Sometimes' });
await invoke('client context no Base64', 'echo', { ClientContext: '{}' });
await invoke('just not too large', 'large', { Payload: text(sync) });
await invoke('too large', 'echo', { Payload: text(sync + 1) });
await invoke('too large for an event', 'echo', { Payload: text(async + 1), InvocationType: 'Event' });
await invoke('no concurrency at all', 'closed');
await invoke('no concurrency, retried', 'closed', { by: retrying });

// One call holds the only instance while another asks.
const gate = mkdtempSync(join(tmpdir(), 'coldframe-gate-'));
try {
  const Payload = JSON.stringify({ gate });
  let over = false;
  const first = invoke('the one that took it', 'waits', { Payload }).finally(() => (over = true));
  while (!over && !existsSync(join(gate, 'running'))) await pause(10);
  await invoke('concurrency taken', 'waits', { Payload });
  writeFileSync(join(gate, 'go'), '');
  await first;
} finally {
  rmSync(gate, { recursive: true });
}
