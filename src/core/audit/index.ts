export { canonicalJson } from './canonical-json';
export { configDigest, withoutPlaces } from './config-digest';
export { digestOf, sha256Hex } from './digest';
export { idempotencyKey, type IdempotencyParts } from './idempotency-key';
export { looksAhead } from './look-ahead';
export { buildManifest, verifyManifest } from './manifest';
export { inputDigests, stageKey, type StageKeyParts } from './stage-key';
