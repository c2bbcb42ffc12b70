export { erasedAmong, erasureOf, recordErasure, type Erasure } from './erasures';
export { asStoreError } from './files';
export { createArtifactStore } from './objects';
export { createOverlayStore } from './overlay';
export { createStageIndex, type Warn } from './stage-index';
export { sweepTemporary } from './temporary';
