// What a function's imports take: as they were measured last, or measured now.

import { asCallError, type CallError, type Fn, type ImportReport } from '$ipc';
import { ms } from '$shared/format';
import { href } from '$shared/router.svelte';
import { toasts } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

/** Whether its language tells what it imports. */
export const canMeasure = (fn: Fn): boolean => ['python', 'node', 'typescript'].includes(fn.language);

export class ImportsModel {
  report = $state.raw<ImportReport | null>(null);
  failure = $state.raw<CallError | null>(null);
  reading = $state(true);
  measuring = $state(false);

  constructor(
    private readonly host: Host,
    private readonly fn: number,
  ) {}

  async read(): Promise<void> {
    try {
      const { report } = await this.host.call('imports', { function: this.fn });
      if (!this.measuring) this.report = report;
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.reading = false;
    }
  }

  async measure(): Promise<void> {
    if (this.measuring) return;
    this.measuring = true;
    this.failure = null;
    try {
      this.report = await this.host.call('measure_imports', { function: this.fn, runs: null });
    } catch (thrown) {
      this.failure = asCallError(thrown);
    } finally {
      this.measuring = false;
    }
  }
}

/** From where its card is not on screen: what is said of it leads there. */
export async function measureImports(host: Host, fn: Fn): Promise<void> {
  const about = `imports ${fn.id}`;
  toasts.show({ tone: 'info', about, title: `Measuring what ${fn.name} imports…`, text: '' });
  const model = new ImportsModel(host, fn.id);
  await model.measure();
  if (model.report === null) {
    toasts.show({ tone: 'bad', about, title: `What ${fn.name} imports could not be measured`, text: model.failure?.message ?? '' });
    return;
  }
  const { text, unit } = ms(model.report.init_ms);
  toasts.show({ tone: 'good', about, title: `Measured what ${fn.name} imports`, text: `init took ${text} ${unit}`, href: href(`function/${fn.id}`, { tab: 'cold' }) });
}
