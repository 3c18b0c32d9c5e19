// Which actions were done last, kept for the next time.

const KEY = 'coldframe.actions';
const MOST = 6;

class RecentActions {
  ids = $state.raw<readonly string[]>(restore());

  done(id: string): void {
    this.ids = [id, ...this.ids.filter((old) => old !== id)].slice(0, MOST);
    localStorage.setItem(KEY, JSON.stringify(this.ids));
  }
}

function restore(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const recentActions = new RecentActions();
