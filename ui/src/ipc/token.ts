// The token arrives in the URL fragment (`#token=…`, possibly before or after a route), which is never sent to a server.
// It is moved to the browser's storage of this address at once, so that it is not in the address bar, a bookmark or a
// screenshot, and a link opens in another tab too. The next start of the host has another token.

const KEY = 'coldframe.token';

/** Splits a fragment into the token and the route that remains: `#token=abc&/costs` → `abc` and `#/costs`. */
export function splitFragment(fragment: string): { token: string | null; rest: string } {
  const match = /([#?&])token=([^&]*)/.exec(fragment);
  if (!match) return { token: null, rest: fragment };
  const [whole, mark = '#', token = ''] = match;
  const before = fragment.slice(0, match.index);
  const after = fragment.slice(match.index + whole.length);
  const rest = mark === '&' ? before + after : after === '' ? before : before + mark + after.slice(1);
  return { token: decodeURIComponent(token), rest };
}

/** Takes the token out of the address, if there is one; otherwise the one kept for this address. */
export function takeToken(): string | null {
  const { token, rest } = splitFragment(location.hash);
  if (token === null) return localStorage.getItem(KEY);
  localStorage.setItem(KEY, token);
  history.replaceState(null, '', location.pathname + location.search + rest);
  return token;
}
