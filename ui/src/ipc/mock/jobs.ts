// Made-up installations: a few lines, one after the other, and an end.

import type { Fn, Job, JobLine, JobOutput } from '../wire';

const SAID = [
  '$ /usr/bin/python3.12 -m venv .venv',
  '$ .venv/bin/python -m pip install -r requirements.txt',
  'Collecting pillow==12.0.0 (from -r requirements.txt (line 1))',
  '  Downloading pillow-12.0.0-cp312-cp312-manylinux_2_28_x86_64.whl (6.6 MB)',
  'Installing collected packages: pillow',
  'Successfully installed pillow-12.0.0',
];
const PACE_MS = 400;

export interface Stage {
  change(fn: number, changes: Partial<Fn>): Fn;
  say(lines: JobLine[]): void;
}

export class MockJobs {
  private next = 70_000;
  private lines = new Map<number, JobLine[]>();
  private timers = new Map<number, ReturnType<typeof setInterval>>();

  constructor(private readonly stage: Stage) {}

  install(fn: Fn): Job {
    const job: Job = { id: this.next++, kind: 'install', command: `what ${fn.name} needs is installed`, state: 'running', started_at: new Date().toISOString(), elapsed_ms: 0, problem: null };
    this.lines.set(job.id, []);
    const timer = setInterval(() => this.step(fn.id, job), PACE_MS);
    this.timers.set(fn.id, timer);
    this.stage.change(fn.id, { job });
    return job;
  }

  cancel(fn: Fn): Fn {
    clearInterval(this.timers.get(fn.id));
    return fn.job?.state === 'running' ? this.stage.change(fn.id, { job: { ...fn.job, state: 'cancelled', elapsed_ms: 800 } }) : fn;
  }

  output(fn: Fn): JobOutput {
    return { job: fn.job, lines: fn.job ? (this.lines.get(fn.job.id) ?? []) : [] };
  }

  private step(fn: number, job: Job): void {
    const said = this.lines.get(job.id) ?? [];
    const text = SAID[said.length];
    if (text === undefined) {
      clearInterval(this.timers.get(fn));
      this.stage.change(fn, { job: { ...job, state: 'done', elapsed_ms: said.length * PACE_MS }, problem: null, problems: [] });
      return;
    }
    const line = { job: job.id, number: said.length, text };
    said.push(line);
    this.stage.say([line]);
    if (text.startsWith('$ ')) this.stage.change(fn, { job: { ...job, command: text.slice(2) } });
  }
}
