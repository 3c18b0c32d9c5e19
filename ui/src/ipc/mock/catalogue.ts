// The plans and machines of the made-up bill: names as a person knows them, figures near the list prices of 2026.
// Not a price book: the host has that.

export interface MockPlan {
  id: string;
  title: string;
  group: string;
  provider: string;
  arch: string;
  status?: string;
  /** Dollars a million requests and a GB-s; what a month has free of both. */
  perMillion: number;
  perGbS: number;
  freeRequests?: number;
  freeGbS?: number;
  /** Dollars a month whatever comes. */
  fixed?: number;
  /** What rounding adds to the time. */
  rounding?: number;
  p99: number;
  cold: number;
  refusal?: string;
  notes?: string[];
  unverified?: string[];
}

export const PLANS: readonly MockPlan[] = [
  { id: 'aws-lambda-arm64', title: 'AWS Lambda arm64', group: 'per-invocation', provider: 'aws', arch: 'arm64', perMillion: 0.2, perGbS: 1.33334e-5, freeRequests: 1e6, freeGbS: 4e5, p99: 640, cold: 212 },
  { id: 'aws-lambda-x86', title: 'AWS Lambda x86_64', group: 'per-invocation', provider: 'aws', arch: 'x86_64', perMillion: 0.2, perGbS: 1.66667e-5, freeRequests: 1e6, freeGbS: 4e5, p99: 660, cold: 241 },
  { id: 'aws-lambda-snapstart', title: 'AWS Lambda SnapStart', group: 'per-invocation', provider: 'aws', arch: 'x86_64', perMillion: 0.2, perGbS: 1.66667e-5, freeRequests: 1e6, freeGbS: 4e5, fixed: 1.28, p99: 420, cold: 138, notes: ['restores and the kept snapshot are billed on their own'] },
  { id: 'aws-lambda-provisioned', title: 'AWS Lambda, 1 provisioned', group: 'lifetime', provider: 'aws', arch: 'arm64', perMillion: 0.2, perGbS: 0.778e-5, fixed: 4.37, p99: 118, cold: 212 },
  { id: 'aws-lambda-100ms', title: 'AWS Lambda, 100 ms steps', group: 'per-invocation', provider: 'aws', arch: 'x86_64', status: 'retired', perMillion: 0.2, perGbS: 1.66667e-5, freeRequests: 1e6, freeGbS: 4e5, rounding: 0.47, p99: 660, cold: 241, notes: ['sold until December 2020; here to show what its rounding cost'] },
  { id: 'azure-consumption', title: 'Azure Functions Consumption', group: 'per-invocation', provider: 'azure', arch: 'x86_64', status: 'legacy', perMillion: 0.2, perGbS: 1.6e-5, freeRequests: 1e6, freeGbS: 4e5, rounding: 0.14, p99: 980, cold: 1460 },
  { id: 'azure-flex', title: 'Azure Functions Flex', group: 'active-instance', provider: 'azure', arch: 'x86_64', perMillion: 0.4, perGbS: 2.6e-5, freeRequests: 2.5e5, freeGbS: 1e5, rounding: 0.22, p99: 860, cold: 940 },
  { id: 'azure-flex-ready', title: 'Azure Flex, 1 always ready', group: 'lifetime', provider: 'azure', arch: 'x86_64', perMillion: 0.4, perGbS: 1.6e-5, fixed: 20.92, p99: 164, cold: 940 },
  { id: 'azure-container-apps', title: 'Azure Container Apps', group: 'active-instance', provider: 'azure', arch: 'x86_64', perMillion: 0.4, perGbS: 2.4e-5, freeRequests: 2e6, freeGbS: 1.8e5, p99: 1240, cold: 2300 },
  { id: 'gcp-run-request', title: 'Cloud Run, by request', group: 'active-instance', provider: 'gcp', arch: 'x86_64', perMillion: 0.4, perGbS: 2.65e-5, freeRequests: 2e6, freeGbS: 1.8e5, rounding: 0.31, p99: 720, cold: 610 },
  { id: 'gcp-run-instance', title: 'Cloud Run, by instance', group: 'lifetime', provider: 'gcp', arch: 'x86_64', perMillion: 0, perGbS: 2.1e-5, fixed: 8.1, p99: 690, cold: 610 },
  { id: 'gcp-functions-1st', title: 'Cloud Functions 1st gen', group: 'per-invocation', provider: 'gcp', arch: 'x86_64', status: 'legacy', perMillion: 0.4, perGbS: 2.9e-5, freeRequests: 2e6, freeGbS: 4e5, rounding: 0.42, p99: 910, cold: 880, unverified: ['the GHz-s of 8192 MB is read from a table of 2019'] },
  { id: 'ibm-code-engine', title: 'IBM Code Engine', group: 'active-instance', provider: 'ibm', arch: 'x86_64', perMillion: 0.538, perGbS: 3.7e-5, freeRequests: 1e5, freeGbS: 2e5, p99: 910, cold: 1700 },
  { id: 'ibm-cloud-functions', title: 'IBM Cloud Functions', group: 'per-invocation', provider: 'ibm', arch: 'x86_64', status: 'retired', perMillion: 0, perGbS: 1.7e-5, freeGbS: 4e5, rounding: 0.47, p99: 1020, cold: 760, notes: ['ended in October 2024'] },
  { id: 'vercel-fluid', title: 'Vercel Fluid, Pro', group: 'active-cpu', provider: 'vercel', arch: 'x86_64', perMillion: 0.6, perGbS: 1.2e-5, fixed: 20, p99: 660, cold: 320, notes: ['$20 is one seat; it pays for $20 of use'] },
  { id: 'vercel-hobby', title: 'Vercel Fluid, Hobby', group: 'active-cpu', provider: 'vercel', arch: 'x86_64', perMillion: 0, perGbS: 0, p99: 660, cold: 320, refusal: 'it ends at 4 CPU hours a month, and these calls need 12' },
  { id: 'cloudflare-workers', title: 'Cloudflare Workers Paid', group: 'active-cpu', provider: 'cloudflare', arch: 'x86_64', perMillion: 0.3, perGbS: 0.9e-5, fixed: 5, p99: 540, cold: 8, refusal: 'it has 128 MB for a call, and these take up to 311' },
  { id: 'netlify-functions', title: 'Netlify Functions, Pro', group: 'per-invocation', provider: 'netlify', arch: 'x86_64', perMillion: 2, perGbS: 2.4e-5, fixed: 19, p99: 740, cold: 330, unverified: ['what a GB-hour past the included ones costs'] },
  { id: 'knative-nodes', title: 'Knative on your own nodes', group: 'nodes', provider: 'self', arch: 'x86_64', perMillion: 0, perGbS: 0.1e-5, fixed: 48.6, p99: 1980, cold: 2600, notes: ['needs somebody who looks after a cluster'] },
];

export interface MockMachine {
  id: string;
  title: string;
  group: string;
  provider: string;
  arch: string;
  status?: string;
  usd: number;
  /** Calls a month that one holds. */
  capacity: number;
  scaleS: number | null;
  note?: string;
}

const m = (id: string, title: string, group: string, provider: string, arch: string, usd: number, capacity: number, scaleS: number | null, more: Partial<MockMachine> = {}): MockMachine => ({ id, title, group, provider, arch, usd, capacity, scaleS, ...more });

export const MACHINES: readonly MockMachine[] = [
  m('hetzner-cx22', 'Hetzner CX22', 'vm', 'hetzner', 'x86_64', 4.59, 49e6, 95),
  m('hetzner-cax11', 'Hetzner CAX11', 'vm', 'hetzner', 'arm64', 4.59, 44e6, 95),
  m('ionos-xs', 'IONOS VPS XS', 'vm', 'ionos', 'x86_64', 2.5, 16e6, null, { note: 'billed by the month: it cannot be scaled out and in' }),
  m('aws-t4g-micro', 'AWS t4g.micro', 'vm', 'aws', 'arm64', 6.13, 12e6, 118),
  m('aws-t4g-small', 'AWS t4g.small', 'vm', 'aws', 'arm64', 12.26, 53e6, 118),
  m('aws-t3-small', 'AWS t3.small', 'vm', 'aws', 'x86_64', 15.18, 48e6, 118),
  m('aws-c7g-medium', 'AWS c7g.medium', 'vm', 'aws', 'arm64', 26.43, 92e6, 112),
  m('aws-m7g-large', 'AWS m7g.large', 'vm', 'aws', 'arm64', 59.57, 196e6, 112),
  m('aws-fargate-025', 'AWS Fargate 0.25 vCPU', 'container', 'aws', 'x86_64', 9.01, 6.6e6, 64),
  m('aws-fargate-025-arm', 'AWS Fargate 0.25 vCPU arm64', 'container', 'aws', 'arm64', 7.21, 6.9e6, 64),
  m('aws-fargate-1', 'AWS Fargate 1 vCPU', 'container', 'aws', 'x86_64', 36.04, 27e6, 64),
  m('azure-b1s', 'Azure B1s', 'vm', 'azure', 'x86_64', 7.59, 13e6, 140),
  m('azure-b2s', 'Azure B2s', 'vm', 'azure', 'x86_64', 30.37, 51e6, 140),
  m('azure-app-b1', 'Azure App Service B1', 'paas', 'azure', 'x86_64', 12.41, 22e6, 90),
  m('gcp-e2-micro', 'Google e2-micro', 'vm', 'gcp', 'x86_64', 6.11, 9e6, 75),
  m('gcp-e2-small', 'Google e2-small', 'vm', 'gcp', 'x86_64', 12.23, 18e6, 75),
  m('gcp-n1-micro', 'Google f1-micro', 'vm', 'gcp', 'x86_64', 3.88, 4e6, 80, { status: 'legacy' }),
  m('do-1gb', 'DigitalOcean 1 GB', 'vm', 'digitalocean', 'x86_64', 6, 20e6, 85),
  m('do-app-basic', 'DigitalOcean App Basic', 'paas', 'digitalocean', 'x86_64', 5, 7e6, 70),
  m('heroku-eco', 'Heroku Eco', 'paas', 'heroku', 'x86_64', 5, 4e6, null, { note: 'sleeps after 30 minutes; the first call then waits about 10 s' }),
  m('heroku-basic', 'Heroku Basic', 'paas', 'heroku', 'x86_64', 7, 4e6, null, { note: 'one dyno: it cannot be scaled out' }),
  m('heroku-standard-1x', 'Heroku Standard-1X', 'paas', 'heroku', 'x86_64', 25, 4.2e6, 45),
  m('fly-shared-1x', 'Fly.io shared-cpu-1x', 'container', 'fly', 'x86_64', 3.32, 11e6, 12),
  m('render-starter', 'Render Starter', 'paas', 'render', 'x86_64', 7, 10e6, 60),
];
