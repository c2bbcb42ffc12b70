export { permit, refusalOf, refused, type Request } from './permit';
export { mayDo, rolesFor } from './permissions';
export { ACTOR_NAME, counts, isActive, keyAt, liveKey, objection, Registrar, registryOf, type Actor, type Registry } from './registry';
export { isSignedBy, keyIdOfText, publicKeyText, signStatement } from './signing';
export { statementObjection, type SignedStatement } from './statements';
