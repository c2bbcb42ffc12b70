export { createReleaseStore, type CheckedReleaseStore, type ReleaseCheck } from './store';
export { verifyRelease } from './verify';
