export interface MenuItem {
  id: string;
  label: string;
  detail?: string;
  /** Read out in place of the label, where that alone is too short. */
  says?: string;
  checked?: boolean;
  /** Rows it is set in, as in a tree. */
  depth?: number;
  /** A name over those that follow: nothing to choose. */
  heading?: boolean;
  /** Draws a line above. */
  divided?: boolean;
  run: () => void;
}
