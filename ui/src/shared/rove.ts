// Arrow keys in a list: up and down move between the one focusable thing of each row.

/** Attach to the list: `{@attach rove('a.name')}`. */
export function rove(selector: string): (root: HTMLElement) => () => void {
  return (root) => {
    const step = (event: KeyboardEvent): void => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by === undefined) return;
      const all = [...root.querySelectorAll<HTMLElement>(selector)];
      const at = all.indexOf(document.activeElement as HTMLElement);
      if (at < 0) return;
      event.preventDefault();
      all[at + by]?.focus();
    };
    root.addEventListener('keydown', step);
    return () => root.removeEventListener('keydown', step);
  };
}
