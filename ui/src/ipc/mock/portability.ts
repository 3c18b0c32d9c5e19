// A made-up report: one cloud takes the function as it is, most through an adapter, one not at all.

import type { Fn, Portability, Ported } from '../wire';

const SOURCE = `# thumbnail, written for AWS Lambda, as Google Cloud Functions calls it: on_gcp.py, beside the code.
import json

from lambda_function import lambda_handler

called = lambda_handler


def respond(request):
    event = json.loads(request["body"] or b"{}")
    return 200, {"content-type": "application/json"}, json.dumps(called(event, None)).encode()


def main(request):
    status, headers, body = respond({"method": request.method, "body": request.get_data()})
    return body, status, headers
`;

const run = { status: 200, answer: '{"said": "hello"}', init_ms: 48.2, handler_ms: 3.1 };
const ported = (provider: string, title: string, rest: Partial<Ported>): Ported => ({ provider, title, verdict: 'adapter', reason: null, adapter: { file: `on_${provider}.py`, source: SOURCE, note: null }, run, same_answer: true, differs: [], log: [], ...rest });

export function makePortability(fn: Fn, event: string | null): Portability {
  return {
    function: fn.id, name: fn.name, provider: 'aws', title: 'AWS Lambda', event: event ?? '{}', event_from: event === null ? 'empty' : 'given', home: run, failure: null,
    elsewhere: [
      ported('vercel', 'Vercel', {}),
      ported('gcp', 'Google Cloud Functions', { adapter: { file: 'on_gcp.py', source: SOURCE, note: 'deployed with the entry point `main` and this file as its source' } }),
      ported('ibm', 'IBM Cloud', { verdict: 'as_it_is', adapter: null }),
      ported('knative', 'Knative', { same_answer: false, differs: ['body'], run: { ...run, answer: '{"said": "hello", "region": null}' } }),
      ported('azure', 'Azure Functions', { verdict: 'refused', run: null, same_answer: null, reason: "ModuleNotFoundError: No module named 'azure'", log: ['Traceback (most recent call last):', '  File "function_app.py", line 3', "ModuleNotFoundError: No module named 'azure'"] }),
    ],
    ties: [
      { provider: 'aws', title: 'AWS', service: 'Amazon S3', name: 'boto3', kind: 'package', file: `${fn.name}/lambda_function.py`, line: 3 },
      { provider: 'aws', title: 'AWS', service: null, name: 'AWS_LAMBDA_FUNCTION_NAME', kind: 'variable', file: `${fn.name}/lambda_function.py`, line: 21 },
    ],
    connections: [
      { host: 'photos.s3.eu-central-1.amazonaws.com', provider: 'aws', title: 'AWS', service: 'Amazon S3' },
      { host: 'api.example.com', provider: null, title: null, service: null },
    ],
    rests_on: ['each contract is tried by really running the function under it, on an instance of its own on this machine, with one event', 'an adapter is the least that stands between two contracts'],
  };
}
