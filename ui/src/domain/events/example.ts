/** An event to begin with. */
export interface Example {
  id: string;
  label: string;
  event: unknown;
}
