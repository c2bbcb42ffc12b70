import { ROLES, type ActorChange, type KeySpan, type Role, type SignedChange } from '../../contracts/actors';
import { mayDo } from './permissions';
import { isSignedBy, keyIdOfText } from './signing';

export interface Actor {
  readonly name: string;
  readonly role: Role;
  /** In the order they were given; a rotated key ends when the next begins. */
  readonly keys: readonly KeySpan[];
  readonly addedAt: string;
  readonly revokedAt: string | null;
}

/** The actors of a store, from its ledger and nothing else. */
export interface Registry {
  readonly actors: ReadonlyMap<string, Actor>;
  /** Changes that stand in the ledger and do not count, with why: whoever can write to the ledger is no one's manager for that. */
  readonly refused: readonly { readonly seq: number; readonly problem: string }[];
}

export const ACTOR_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/;

/** The actor may act at `at`: not revoked by then. */
export const isActive = ({ revokedAt }: Actor, at: string): boolean => revokedAt === null || at < revokedAt;

/** Whether a key counts at `at` (ISO): inside of its span, its actor not revoked. */
export const counts = (actor: Actor, { from, to }: KeySpan, at: string): boolean => isActive(actor, at) && from <= at && (to === null || at < to);

/** The key an actor signs with at `at`: the newest that counts. */
export const keyAt = (actor: Actor, at: string): KeySpan | undefined => actor.keys.filter((key) => counts(actor, key, at)).at(-1);

/**
 * The key of this id, where it counts at `at` for a statement that is entered now, after everything that `actor` knows of. A key that was
 * rotated or revoked before never does, however the statement is dated: who holds an old key could date it back.
 */
export function liveKey(actor: Actor, keyId: string | null, at: string): KeySpan | undefined {
  const last = actor.keys.at(-1);
  return actor.revokedAt === null && last?.keyId === keyId && counts(actor, last!, at) ? last : undefined;
}

const isManager = (actor: Actor, at: string): boolean => mayDo(actor.role, 'people') && keyAt(actor, at) !== undefined;

const isTime = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);

const isKeySpan = (key: KeySpan | undefined): boolean =>
  key !== undefined &&
  isTime(key.from) &&
  (key.to === null || isTime(key.to)) &&
  typeof key.publicKey === 'string' &&
  keyIdOfText(key.publicKey) === key.keyId;

/** Whether a body has the shape of a change; its signature is another matter. */
function isChange(body: unknown): body is SignedChange {
  const { statement, signedBy, signature } = (body ?? {}) as Partial<SignedChange>;
  if (statement?.purpose !== 'dramatis/actor/1' || typeof signature !== 'string' || typeof signedBy?.name !== 'string') return false;
  if (typeof statement.name !== 'string' || !ACTOR_NAME.test(statement.name) || !isTime(statement.at)) return false;
  if (statement.change === 'revoked') return true;
  return isKeySpan(statement.key) && (statement.change === 'rotated' || (statement.change === 'added' && ROLES.includes(statement.role)));
}

/**
 * What keeps a change from counting after the ones before it; undefined where nothing does.
 *
 * The first actor signs for itself and must be one who may add others. From then on a change is signed by such an actor, or, except for an
 * addition, by the actor whom it is about. The last one who may add others cannot be revoked: nobody could add another.
 */
export function objection(actors: ReadonlyMap<string, Actor>, { statement, signedBy, signature }: SignedChange): string | undefined {
  const { name, at, change } = statement;
  const about = actors.get(name);
  if (change === 'added' && about) return `there is an actor ${name} already; names are never given twice`;
  if (change !== 'added' && !about) return `there is no actor ${name}`;
  if (about && !isActive(about, at)) return `${name} is revoked`;
  if (actors.size === 0) return bootstrapObjection(statement, signedBy, signature);
  const signer = actors.get(signedBy.name);
  if (!signer) return `it is signed by ${signedBy.name}, whom nobody added`;
  const key = liveKey(signer, signedBy.keyId, at);
  if (!key) return `the key ${signedBy.keyId} of ${signer.name} does not count at ${at}`;
  if (!isSignedBy(statement, signature, key.publicKey)) return 'its signature does not fit its content';
  const own = change !== 'added' && signer.name === name;
  if (!own && !mayDo(signer.role, 'people')) return `${signer.name} has the role ${signer.role}, which may not change who may do what`;
  if (change === 'revoked' && ![...actors.values()].some((actor) => actor.name !== name && isManager(actor, at)))
    return `${name} is the last who may add others: add another approver first`;
  return undefined;
}

function bootstrapObjection(statement: ActorChange, signedBy: SignedChange['signedBy'], signature: string): string | undefined {
  if (statement.change !== 'added') return `there is no actor ${statement.name}`;
  if (!mayDo(statement.role, 'people')) return 'the first actor adds the others, so it must be an approver';
  if (signedBy.name !== statement.name || !isSignedBy(statement, signature, statement.key.publicKey))
    return 'the first actor must sign for itself with its own key';
  return undefined;
}

function applied(before: Actor | undefined, statement: ActorChange): Actor {
  const { name, at } = statement;
  if (statement.change === 'added') return { name, role: statement.role, keys: [statement.key], addedAt: at, revokedAt: null };
  if (statement.change === 'revoked') return { ...before!, revokedAt: at };
  const ended = before!.keys.map((key) => (key.to === null || key.to > at ? { ...key, to: at } : key));
  return { ...before!, keys: [...ended, statement.key] };
}

const CHANGES = new Set(['actor.added', 'actor.rotated', 'actor.revoked']);

/**
 * Works out who the actors are, entry by entry. Every change is checked against the ones before it: signature, key, role.
 *
 * O(1) an entry, one signature check per change.
 */
export class Registrar implements Registry {
  readonly actors = new Map<string, Actor>();
  readonly refused: { readonly seq: number; readonly problem: string }[] = [];

  take({ type, seq, at, body }: Readonly<Record<string, unknown>>): void {
    if (!CHANGES.has(String(type))) return;
    const problem = !isChange(body)
      ? 'it is no change of an actor'
      : `actor.${body.statement.change}` !== type || body.statement.at !== at
        ? 'the entry says something else than what is signed'
        : objection(this.actors, body);
    if (problem !== undefined) {
      this.refused.push({ seq: Number(seq), problem });
      return;
    }
    const { statement } = body as SignedChange;
    this.actors.set(statement.name, applied(this.actors.get(statement.name), statement));
  }
}

/**
 * The actors by the whole ledger.
 *
 * @param entries In order.
 */
export function registryOf(entries: readonly Readonly<Record<string, unknown>>[]): Registry {
  const registrar = new Registrar();
  for (const entry of entries) registrar.take(entry);
  return registrar;
}
