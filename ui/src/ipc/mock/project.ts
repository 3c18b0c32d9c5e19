// A made-up project: the functions of a small shop, their code, and how each behaves.

import type { Fn, Problem } from '../wire';

export interface Behaviour {
  perDay: number;
  coldShare: number;
  handler: number;
  user: number;
  system: number;
  memory: number;
  boot: number;
  init: number;
  errors: number;
}

interface Sketch extends Behaviour {
  name: string;
  provider?: string;
  language: string;
  runtime: string;
  handlerName: string;
  memoryMb: number;
  timeoutMs?: number;
  state: Fn['state'];
  file: string;
}

export const REFUSED: Problem = {
  severity: 'error', message: "SyntaxError: '(' was never closed", file: 'webhook/main.py', line: 12, hint: 'fix the line and save again', remedy: null,
};

const SKETCHES: Sketch[] = [
  { name: 'thumbnail', language: 'python', runtime: 'python3.12', handlerName: 'app.handler', memoryMb: 256, state: 'busy', file: 'app.py', perDay: 18240, coldShare: 0.019, handler: 84, user: 61.4, system: 9.2, memory: 118, boot: 31, init: 71, errors: 0.0004 },
  { name: 'checkout', language: 'typescript', runtime: 'nodejs20.x', handlerName: 'index.handler', memoryMb: 1024, state: 'idle', file: 'index.ts', perDay: 7310, coldShare: 0.031, handler: 22, user: 9, system: 2, memory: 74, boot: 38, init: 52, errors: 0.003 },
  { name: 'geocode', language: 'rust', runtime: 'provided.al2023', handlerName: 'bootstrap', memoryMb: 256, state: 'idle', file: 'src/main.rs', perDay: 2904, coldShare: 0.006, handler: 4, user: 2, system: 1, memory: 22, boot: 4, init: 1.4, errors: 0 },
  { name: 'invoice-pdf', language: 'node', runtime: 'nodejs20.x', handlerName: 'index.handler', memoryMb: 1024, state: 'starting', file: 'index.mjs', perDay: 611, coldShare: 0.118, handler: 640, user: 512, system: 38, memory: 311, boot: 40, init: 380, errors: 0.002 },
  { name: 'resize', language: 'custom', runtime: 'provided.al2023', handlerName: 'bootstrap', memoryMb: 128, state: 'at_zero', file: 'bootstrap', perDay: 402, coldShare: 0.072, handler: 12, user: 11, system: 1, memory: 19, boot: 3, init: 2, errors: 0 },
  { name: 'nightly-report', language: 'python', runtime: 'python3.11', handlerName: 'report.handler', memoryMb: 512, timeoutMs: 60000, state: 'at_zero', file: 'report.py', perDay: 31, coldShare: 0.58, handler: 1840, user: 1420, system: 96, memory: 240, boot: 33, init: 820, errors: 0.032 },
  { name: 'hello', provider: 'vercel', language: 'python', runtime: 'python3.12', handlerName: 'api/hello.py', memoryMb: 1024, state: 'at_zero', file: 'hello.py', perDay: 88, coldShare: 0.14, handler: 61, user: 31, system: 4, memory: 88, boot: 34, init: 64, errors: 0 },
  { name: 'webhook', language: 'python', runtime: 'python3.12', handlerName: 'main.handler', memoryMb: 256, state: 'idle', file: 'main.py', perDay: 54, coldShare: 0.092, handler: 9, user: 4, system: 1, memory: 41, boot: 31, init: 22, errors: 0 },
  { name: 'upload-log', provider: 'gcp', language: 'node', runtime: 'nodejs22', handlerName: 'index.upload-log', memoryMb: 512, state: 'at_zero', file: 'index.js', perDay: 41, coldShare: 0.2, handler: 18, user: 7, system: 2, memory: 61, boot: 44, init: 90, errors: 0 },
];

export const BEHAVIOURS: readonly Behaviour[] = SKETCHES;

export function makeFunctions(nowMs: number): Fn[] {
  return SKETCHES.map((sketch, i) => {
    const vercel = sketch.provider === 'vercel';
    const alive = sketch.state === 'at_zero' ? 0 : sketch.name === 'thumbnail' ? 3 : 1;
    return {
      id: i + 1,
      name: sketch.name,
      app: sketch.name,
      provider: sketch.provider ?? 'aws',
      language: sketch.language,
      runtime: sketch.runtime,
      handler: sketch.handlerName,
      path: vercel ? 'api/hello.py' : sketch.name,
      memory_mb: sketch.memoryMb,
      timeout_ms: sketch.timeoutMs ?? 30_000,
      takes: vercel ? 'request' : sketch.provider === 'gcp' ? 'cloud-event' : 'event',
      urls: vercel
        ? ['http://localhost:9001/api/hello']
        : sketch.provider === 'gcp'
        ? [`http://localhost:9002/${sketch.name}/`, `http://${sketch.name}.localhost:9002/`]
        : [`http://${sketch.name}.localhost:9000/`, `http://localhost:9000/${sketch.name}/`],
      schedules: vercel ? [{ at: '0 5 * * *', event: '{"method":"GET","path":"/api/hello","headers":{"user-agent":"vercel-cron/1.0"}}', followed: false }] : [],
      revision: ['9f31c27d', 'c41b9002', '77e0aa10', '02ffb17c', 'b8d11003', '5ac3f8d1', 'e19a0244', '31d8be07', '6b20f7ac'][i] ?? '',
      state: sketch.state,
      problem: sketch.name === 'webhook' ? REFUSED : null,
      problems: sketch.name === 'webhook' ? [REFUSED] : [],
      job: null,
      why: vercel
        ? ['api/hello.py defines a class `handler` on BaseHTTPRequestHandler']
        : sketch.provider === 'gcp'
        ? [`${sketch.name}/index.js registers \`${sketch.name}\` with the functions framework as cloudEvent`]
        : [`template.yaml:${12 + i * 14} declares AWS::Serverless::Function ${sketch.name}`],
      assumed: vercel
        ? ['memory 1024 MB: vercel.json names none', 'timeout 30 s: vercel.json names none']
        : i % 2 === 0 ? ['architecture x86_64: the template names none'] : [],
      twin: false,
      pool: {
        idle_ms: 300_000,
        kept_warm: 0,
        always_cold: false,
        next_cold: false,
        emulate_cpu_share: false,
        concurrency: sketch.name === 'thumbnail' ? 20 : sketch.provider === 'gcp' ? 100 : null,
        instance_concurrency: sketch.provider === 'gcp' ? 80 : 1,
        instances: Array.from({ length: alive }, (_, n) => ({
          id: i * 10 + n + 1,
          name: `i-${i + n + 1}`,
          pid: 41_200 + i * 31 + n,
          revision: '9f31c27d',
          state: sketch.state === 'starting' ? 'initialising' : sketch.state === 'busy' && n === 0 ? 'busy' : 'idle',
          started_at: new Date(nowMs - (n + 1) * 83_000).toISOString(),
          idle_until: sketch.state === 'starting' || (sketch.state === 'busy' && n === 0) ? null : new Date(nowMs + 272_000 - n * 40_000 - i * 9000).toISOString(),
          invocations: 1204 - n * 381,
          cpu_share: null,
        })),
      },
    };
  });
}

const THUMBNAIL = `import base64, io
from PIL import Image

SIZE = (320, 320)


def handler(event, context):
    source = io.BytesIO(base64.b64decode(event["body"]))
    image = Image.open(source)
    image.thumbnail(SIZE)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=82)
    return {"statusCode": 200,
            "headers": {"content-type": "image/webp"},
            "body": base64.b64encode(out.getvalue()).decode(),
            "isBase64Encoded": True}
`;

const WEBHOOK = `import hashlib
import hmac
import json
import os

SECRET = os.environ["WEBHOOK_SECRET"].encode()


def handler(event, context):
    body = event.get("body", "")
    given = event["headers"].get("x-signature", "")
    wanted = hmac.new(SECRET, body.encode(), hashlib.sha256.hexdigest()
    if not hmac.compare_digest(given, wanted):
        return {"statusCode": 401}
    print(json.dumps({"event": json.loads(body)["type"]}))
    return {"statusCode": 204}
`;

export function makeFiles(fn: Fn): Map<string, string> {
  const main = SKETCHES.find((sketch) => sketch.name === fn.name)?.file ?? 'main.py';
  const text = fn.name === 'thumbnail' ? THUMBNAIL : fn.name === 'webhook' ? WEBHOOK : `# ${fn.name}\n`;
  const files = new Map([[main, text]]);
  if (fn.language === 'python') files.set('requirements.txt', fn.name === 'thumbnail' ? 'pillow==12.0.0\n' : '');
  files.set('README.md', `# ${fn.name}\n`);
  return files;
}
