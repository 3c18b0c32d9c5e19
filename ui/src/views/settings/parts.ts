/** The parts of the settings, in order: their ids in links, and their names. */
export const PARTS = [
  ['appearance', 'Appearance'],
  ['editor', 'Editor'],
  ['saves', 'Saves'],
  ['notifications', 'Notifications'],
  ['ports', 'Ports'],
  ['record', 'Record'],
  ['limits', 'Default limits'],
  ['prices', 'Prices'],
  ['privacy', 'Privacy'],
  ['about', 'About'],
] as const;
