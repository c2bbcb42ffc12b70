/** The stages of a refresh, in order: the same word in `sql/`, `src/core/`, `src/activities/` and `tests/`. */
export const STAGES = [
  'extract',
  'quality',
  'clean',
  'features',
  'prepare',
  'selection',
  'clustering',
  'personas',
  'report',
  'publish',
] as const;

export type Stage = (typeof STAGES)[number];
