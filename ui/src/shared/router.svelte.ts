// Routes live in the fragment (`#/function/3?tab=logs`): the same document works from a file, a window and a server.
// The token that may arrive there is taken out before the first route is read (ipc/token.ts).

export interface Route {
  /** Path segments: `['function', '3']`. */
  path: string[];
  query: Record<string, string>;
}

export function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return {
    path: path.split('/').filter(Boolean).map(decoded),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** As it stands where it is no escape: an address is typed by people as well. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function href(path: string, query: Record<string, string | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value);
  const text = search.toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}

/** Of the step that opened something: what is behind it is the page with nothing open. */
const LAID = { laid: true };

class Router {
  #route = $state.raw<Route>(parse(typeof location === 'undefined' ? '' : location.hash));
  /** The way back was asked for, and comes in a moment: asked twice, it would leave the page. */
  #closing = false;

  get route(): Route {
    return this.#route;
  }

  /** Follows the address bar; returns what stops it. */
  start(): () => void {
    const read = (): void => {
      this.#closing = false;
      this.#route = parse(location.hash);
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  go(to: string): void {
    location.hash = to;
  }

  /** Changes the query without a step in the history, as a tab or a selection does. */
  amend(query: Record<string, string | undefined>): void {
    this.replace(this.with(query));
  }

  /** Goes there without a step in the history. */
  replace(to: string): void {
    history.replaceState(null, '', to);
    this.#route = parse(location.hash);
  }

  /** Changes the query as a step of its own, for what a person wants to come back from. */
  step(query: Record<string, string | undefined>): void {
    const to = this.with(query);
    if (to === location.hash) return;
    history.pushState(null, '', to);
    this.#route = parse(location.hash);
  }

  /** Opens what lies on a page, as a row does: one step, however many are opened one after the other. */
  lay(to: string, open: boolean): void {
    if (open) history.replaceState(history.state, '', to);
    else history.pushState(LAID, '', to);
    this.#route = parse(location.hash);
  }

  /** Closes it: the way back where it was opened here, in place where a link led to it. */
  lift(to: string): void {
    if (this.#closing) return;
    if ((history.state as typeof LAID | null)?.laid !== true) return this.replace(to);
    this.#closing = true;
    history.back();
  }

  /** Where the page is with its query changed. */
  with(query: Record<string, string | undefined>): string {
    const { path, query: old } = this.#route;
    return href(path.map(encodeURIComponent).join('/'), { ...old, ...query });
  }
}

export const router = new Router();
