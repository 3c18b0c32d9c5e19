// How it is seen that a page is open, whoever looks.

/** Shown and answered: the page is there, and so is what it asked the record for. */
export const THERE = {
  functions: '[data-testid="cell-calls"]',
  timeline: '[data-testid="timeline-canvas"]',
  load: '[data-testid="load-start"]',
  invocations: '[data-testid="invocation-row"]',
  costs: '[data-testid="verdict"]',
  logs: '[data-testid="log-line"]',
  settings: '[data-testid="record-file"]',
};
