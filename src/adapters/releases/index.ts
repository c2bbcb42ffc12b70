export { createReleaseStore, type FolderReleaseStore, type ReleaseCheck } from './store';
export { verifyRelease } from './verify';
