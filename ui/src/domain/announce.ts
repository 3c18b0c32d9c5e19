// What a person should hear of without looking for it: reloads that ended, and the host's own notices.

import type { Notice, Reload } from '$ipc';
import { ms } from '$shared/format';
import { href } from '$shared/router.svelte';
import { toasts, type Toast } from '$shared/toasts.svelte';
import type { Host } from './host.svelte';

export function announce(host: Host): () => void {
  const told = new Set<number>();
  return host.follow({
    batch: ({ functions, reloads, notices }) => {
      for (const { app, problem } of functions) if (!problem) toasts.mended(aboutReload(app));
      for (const reload of reloads) {
        const toast = told.has(reload.id) ? null : reloadToast(reload, nameOf(host, reload));
        if (!toast) continue;
        told.add(reload.id);
        toasts.show(toast);
      }
      for (const notice of notices) toasts.show(noticeToast(notice));
    },
  });
}

const aboutReload = (app: string): string => `reload of ${app}`;

function nameOf(host: Host, reload: Reload): string {
  const [only, another] = reload.functions;
  return only !== undefined && another === undefined ? (host.byId(only)?.name ?? reload.app) : reload.app;
}

/** Null while there is nothing to say: it still runs, or a newer save took its place. */
export function reloadToast(reload: Reload, name: string): Omit<Toast, 'id'> | null {
  const fn = reload.functions[0];
  if (reload.outcome === 'ok') {
    const ready = ms(reload.swapped_ms ?? reload.initialised_ms);
    const init = ms(reload.init_ms);
    return {
      tone: 'good',
      about: aboutReload(reload.app),
      title: `${name} ready ${ready.text} ${ready.unit} after save`,
      text: `init ${init.text} ${init.unit}`,
      href: fn === undefined ? undefined : href(`function/${fn}`, { tab: 'reloads' }),
    };
  }
  if (reload.outcome === 'build_failed' || reload.outcome === 'init_failed') {
    const { file, line, message = 'no reason given' } = reload.error ?? {};
    const where = file ? `${file}${line ? `:${line}` : ''} ` : '';
    return {
      tone: 'bad',
      about: aboutReload(reload.app),
      title: `${name}: save refused`,
      text: `${where}${message}. The old code keeps serving`,
      href: fn === undefined ? undefined : href(`function/${fn}`),
    };
  }
  return null;
}

function noticeToast(notice: Notice): Omit<Toast, 'id'> {
  return {
    tone: notice.level === 'info' ? 'info' : 'bad',
    title: notice.title,
    text: notice.text,
    lasting: true,
    href: notice.function === null ? undefined : href(`function/${notice.function}`),
  };
}
