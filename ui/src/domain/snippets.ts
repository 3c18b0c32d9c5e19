// The call in the composer as a program would make it: to paste into a terminal, a script, a test.

import { compact } from '$shared/json';
import type { Fn } from '$ipc';
import type { HttpRequest } from './events';

export interface Snippet {
  id: string;
  label: string;
  text: string;
}

/** Where callers reach a provider's functions. */
export interface Place {
  endpoint: string;
}

const REGION = 'us-east-1';

/** A word of a POSIX shell. */
export const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A string literal that Python and JavaScript both take. */
const literal = (text: string): string => JSON.stringify(text);


export function snippets(fn: Fn, event: string, { endpoint }: Place): Snippet[] {
  const base = endpoint.replace(/\/$/, '');
  if (fn.takes === 'parameters') return actionSnippets(fn, event, base);
  if (fn.takes === 'event') return awsSnippets(fn, event, base);
  if (fn.takes === 'message') return messageSnippets(fn, event, base);
  const own = ['vercel', 'azure'].includes(fn.provider) ? base : (fn.urls[0] ?? base).replace(/\/$/, '');
  return [curlRequest(keyed(fn, JSON.parse(event) as Partial<HttpRequest>), own), cli(fn, event)];
}

/** Azure's function of another trigger than HTTP, by the host's admin API. */
function messageSnippets(fn: Fn, event: string, base: string): Snippet[] {
  const given: unknown = JSON.parse(event);
  const input = typeof given === 'string' ? given : JSON.stringify(given);
  const request = { method: 'POST', path: `/admin/functions/${encodeURIComponent(fn.name)}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ input }) };
  return [curlRequest(keyed(fn, request), base), cli(fn, event)];
}

/** With the key that an Azure function is shown with, where it asks for one. */
function keyed(fn: Fn, request: Partial<HttpRequest>): Partial<HttpRequest> {
  const [, key] = fn.urls[0]?.split('?code=') ?? [];
  return key ? { ...request, headers: { ...request.headers, 'x-functions-key': key } } : request;
}

/** An OpenWhisk action, by its API, by the command `wsk`, and where it has one by its URL. */
function actionSnippets(fn: Fn, event: string, base: string): Snippet[] {
  const params = compact(event);
  const url = fn.urls[0];
  const request = { method: 'POST', path: '', headers: { 'content-type': 'application/json' }, body: params };
  return [
    ...(url ? [{ ...curlRequest(request, url), id: 'url', label: 'curl, of its URL' }] : []),
    {
      id: 'curl', label: 'curl',
      text: `curl -sS -u local:local ${quoted(`${base}/api/v1/namespaces/_/actions/${encodeURIComponent(fn.name)}?blocking=true&result=true`)} \\\n  -H 'content-type: application/json' -d ${quoted(params)}`,
    },
    {
      id: 'wsk', label: 'wsk',
      text: `echo ${quoted(params)} | wsk --apihost ${quoted(base)} --auth local:local \\\n  action invoke ${quoted(fn.name)} --result --param-file /dev/stdin`,
    },
    cli(fn, event),
  ];
}

function cli(fn: Fn, event: string): Snippet {
  return { id: 'cli', label: 'coldframe', text: `echo ${quoted(compact(event))} | coldframe invoke ${quoted(fn.name)} --event -` };
}

function awsSnippets(fn: Fn, event: string, base: string): Snippet[] {
  const { name } = fn;
  const payload = compact(event);
  const all: Snippet[] = [
    {
      id: 'curl', label: 'curl',
      text: `curl -sS ${quoted(`${base}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`)} \\\n  -d ${quoted(payload)}`,
    },
    {
      id: 'aws', label: 'AWS CLI',
      // From a file: versions 1 and 2 disagree on what text in --payload means.
      text: [
        `echo ${quoted(payload)} | AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \\`,
        `  aws lambda invoke --endpoint-url ${quoted(base)} --region ${REGION} \\`,
        `  --function-name ${quoted(name)} --payload fileb:///dev/stdin /dev/stdout`,
      ].join('\n'),
    },
    {
      id: 'boto3', label: 'boto3 (Python)',
      text: [
        'import json',
        '',
        'import boto3',
        '',
        'client = boto3.client(',
        `    "lambda", endpoint_url=${literal(base)}, region_name="${REGION}",`,
        '    aws_access_key_id="local", aws_secret_access_key="local",',
        ')',
        `answer = client.invoke(FunctionName=${literal(name)}, Payload=json.dumps(json.loads(${literal(payload)})))`,
        'print(answer["Payload"].read().decode())',
      ].join('\n'),
    },
    {
      id: 'sdk', label: 'AWS SDK (JavaScript)',
      text: [
        "import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';",
        '',
        'const client = new LambdaClient({',
        `  endpoint: ${literal(base)}, region: '${REGION}',`,
        "  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },",
        '});',
        `const answer = await client.send(new InvokeCommand({ FunctionName: ${literal(name)}, Payload: ${literal(payload)} }));`,
        'console.log(new TextDecoder().decode(answer.Payload));',
      ].join('\n'),
    },
    cli(fn, event),
  ];
  const request = requestOf(JSON.parse(event));
  const url = fn.urls[0];
  return request && url ? [{ ...curlRequest(request, url.replace(/\/$/, '')), id: 'url', label: 'curl, of its URL' }, ...all] : all;
}

/** The request that an event of payload format 2.0 stands for. */
function requestOf(event: unknown): Partial<HttpRequest> | null {
  const { version, rawPath, rawQueryString, headers, body, requestContext } = (event ?? {}) as Record<string, unknown>;
  const method = (requestContext as { http?: { method?: unknown } } | undefined)?.http?.method;
  if (version !== '2.0' || typeof rawPath !== 'string' || typeof method !== 'string') return null;
  const query = typeof rawQueryString === 'string' && rawQueryString !== '' ? `?${rawQueryString}` : '';
  const sent = Object.entries((headers ?? {}) as Record<string, string>).filter(([name]) => name.toLowerCase() !== 'host');
  return { method, path: rawPath + query, headers: Object.fromEntries(sent), body: typeof body === 'string' ? body : null };
}

function curlRequest({ method = 'GET', path = '/', headers = {}, body = null }: Partial<HttpRequest>, base: string): Snippet {
  const parts = [`curl -sS${method === 'GET' ? '' : ` -X ${quoted(method)}`} ${quoted(base + path)}`];
  for (const [name, value] of Object.entries(headers ?? {})) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== null) parts.push(`--data-raw ${quoted(typeof body === 'string' ? body : JSON.stringify(body))}`);
  return { id: 'curl', label: 'curl', text: parts.join(' \\\n  ') };
}
