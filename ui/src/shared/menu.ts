export interface MenuItem {
  id: string;
  label: string;
  detail?: string;
  checked?: boolean;
  /** Draws a line above. */
  divided?: boolean;
  run: () => void;
}
