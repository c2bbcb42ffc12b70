export { collect, type Collection, type CollectOptions } from './collect';
export { createHoldStore, type Hold, type HoldStore } from './holds';
export type { RetentionPolicy } from './roots';
