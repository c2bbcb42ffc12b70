export { archiveRun } from './archive-run';
export { nightly } from './nightly';
export { refreshPersonas } from './refresh-personas';
