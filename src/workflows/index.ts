export { archiveRun } from './archive-run';
export { refreshPersonas } from './refresh-personas';
