export { collect, type Collection, type CollectOptions } from './collect';
export { partedByCollection } from './collected';
export { createHoldStore, type Hold, type HoldStore } from './holds';
export type { RetentionPolicy } from './roots';
