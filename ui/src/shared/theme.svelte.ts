// Light, dark, or as the system has it; kept between starts.

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'coldframe.theme';

class ThemeChoice {
  choice = $state<Theme>('system');
  #systemDark = $state(true);

  get shown(): 'light' | 'dark' {
    return this.choice === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.choice;
  }

  /** Goes on from public/theme.js, which was there before the first paint. */
  start(): void {
    const kept = localStorage.getItem(KEY);
    if (kept === 'light' || kept === 'dark') this.choice = kept;
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
      this.apply();
    });
    this.apply();
  }

  set(theme: Theme): void {
    this.choice = theme;
    localStorage.setItem(KEY, theme);
    this.apply();
  }

  private apply(): void {
    document.documentElement.dataset.theme = this.shown;
  }
}

export const theme = new ThemeChoice();
