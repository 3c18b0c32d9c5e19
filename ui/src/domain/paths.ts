// Two ways of naming one file: relative to the project (problems, reloads) and to the app's folder (the editor).

/** True when one path is the other, or the other with folders in front. */
export function samePath(a: string, b: string): boolean {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return long === short || long.endsWith(`/${short}`);
}
