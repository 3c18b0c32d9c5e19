/** The parts of a function's page, in order. */
export const TABS = [
  { id: 'invoke', label: 'Invoke' },
  { id: 'invocations', label: 'Invocations' },
  { id: 'logs', label: 'Logs' },
  { id: 'cold', label: 'Cold starts' },
  { id: 'reloads', label: 'Reloads' },
  { id: 'size', label: 'Size' },
  { id: 'elsewhere', label: 'Elsewhere' },
  { id: 'settings', label: 'Settings' },
] as const;

export type TabId = (typeof TABS)[number]['id'];

export function tabOf(id: string | undefined): TabId {
  return TABS.find((tab) => tab.id === id)?.id ?? 'invoke';
}
