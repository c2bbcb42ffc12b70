export { archiveRun } from './archive-run';
export { backfill } from './backfill';
export { nightly } from './nightly';
export { refreshPersonas } from './refresh-personas';
