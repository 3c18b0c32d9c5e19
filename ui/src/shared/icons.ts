/** Drawn on a 16 × 16 grid with a round 1.5 pen. */
export const paths = {
  functions: 'M4 13 8 3l4 10M5.5 9.5h5',
  timeline: 'M2.5 4h4M2.5 8h9M2.5 12h6M9 4h4.5',
  invocations: 'M2.5 3h11v10h-11zM2.5 6.5h11M6 6.5V13',
  load: 'M2 13V9M5 13V6M8 13V3M11 13V6M14 13V9',
  starts: 'M8 2v12M2.8 5l10.4 6M13.2 5 2.8 11M6.3 3.2 8 4.6l1.7-1.4M6.3 12.8 8 11.4l1.7 1.4',
  costs: 'M2 13 6 8l3 3 5-8',
  logs: 'M3 4h10M3 8h7M3 12h9',
  settings: 'M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M10 2.7v3.6M5.8 9.7v3.6',
  copy: 'M6 6V3h7v7h-3M3 6h7v7H3z',
  check: 'M3 8.5 6.5 12 13 4.5',
  chevron: 'M4 6l4 4 4-4',
  close: 'M4 4l8 8M12 4l-8 8',
  reload: 'M12.5 6A5 5 0 1 0 13 9M13 3v3.5H9.5',
  warning: 'M8 3 14 13H2zM8 7v3M8 11.4v.2',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.500v9l7.500-4.500z',
  plus: 'M8 3v10M3 8h10',
  sprout: 'M8 14V8M8 9C8 5.5 6 4 2.5 4 2.5 7.500 4.500 9 8 9zM8 7.500C8 5 9.500 3.500 13.500 3.500 13.500 6.500 11.500 7.500 8 7.500z',
  folder: 'M2 4h4l1.5 2H14v7H2z',
  search: 'M7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10 10l3.5 3.5',
  sun: 'M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  system: 'M2 3.5h12v7H2zM6 13h4M8 10.5V13',
} as const;

export type IconName = keyof typeof paths;
