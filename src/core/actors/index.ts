export { permit, refusalOf, refused, type Request } from './permit';
export { mayDo, rolesFor } from './permissions';
export { ACTOR_NAME, counts, isActive, keyAt, objection, registryOf, type Actor, type Registry } from './registry';
export { isSignedBy, keyIdOfText, publicKeyText, signStatement } from './signing';
