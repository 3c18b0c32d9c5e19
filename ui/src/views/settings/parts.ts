/** The parts of the settings, in order: their ids in links, and their names. */
export const PARTS = [
  ['appearance', 'Appearance'],
  ['editor', 'Editor'],
  ['notifications', 'Notifications'],
  ['ports', 'Ports'],
  ['record', 'Record'],
  ['limits', 'Default limits'],
  ['prices', 'Prices'],
  ['privacy', 'Privacy'],
  ['about', 'About'],
] as const;
