import type { Action } from '../../contracts/actors';
import { PipelineError } from '../../contracts/errors';
import type { Ledger } from '../ports';
import { mayDo, rolesFor } from './permissions';
import { isActive, keyAt, registryOf, type Actor, type Registry } from './registry';

/** Who wants to do what, to what, when (ISO) and why. */
export interface Request {
  readonly action: Action;
  readonly actor: string;
  readonly reason: string;
  /** What the ledger entry of a refusal is about: a run, a release, a schedule. */
  readonly subject: string;
  readonly at: string;
  /** What makes a repeated refusal the same one, so that an activity tried again writes it once; left out: the time. */
  readonly occasion?: string;
  /** What else was claimed: digests and key ids. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

const howTo = (action: Action): string => {
  const roles = rolesFor(action);
  return `an approver adds one with "dramatis actor add NAME --role ${roles[0]}"`;
};

/**
 * What keeps an actor from an action; undefined where nothing does. A store without actors is one person's: everything is allowed.
 */
export function refusalOf({ actors }: Registry, { action, actor: name, at }: Pick<Request, 'action' | 'actor' | 'at'>): PipelineError | undefined {
  if (actors.size === 0) return undefined;
  const actor = actors.get(name);
  const details = { actor: name, action, roles: rolesFor(action) };
  if (!actor)
    return new PipelineError(
      'ACTOR_UNKNOWN',
      `${name} is no actor of this store: ${howTo(action)}; name another with --actor or DRAMATIS_ACTOR`,
      details,
    );
  if (!isActive(actor, at) || keyAt(actor, at) === undefined) return lapsed(actor, details);
  if (mayDo(actor.role, action)) return undefined;
  const message = `${name} has the role ${actor.role}; "${action}" needs ${rolesFor(action).join(' or ')}: ${howTo(action)}`;
  return new PipelineError('ACTOR_FORBIDDEN', message, { ...details, role: actor.role });
}

function lapsed({ name, revokedAt }: Actor, details: Readonly<Record<string, unknown>>): PipelineError {
  const why =
    revokedAt === null
      ? `the key of ${name} has expired: "dramatis actor rotate ${name}" gives it a new one`
      : `${name} was revoked at ${revokedAt}: an approver adds another actor`;
  return new PipelineError('ACTOR_KEY_INVALID', why, details);
}

/**
 * The one place where roles are enforced: every command and every activity that changes something asks here first. A refusal is written
 * to the ledger before it is thrown.
 *
 * @throws PipelineError `ACTOR_UNKNOWN`, `ACTOR_FORBIDDEN`, `ACTOR_KEY_INVALID`.
 */
export async function permit(ledger: Ledger, request: Request): Promise<Registry> {
  const registry = registryOf(await ledger.read());
  const refusal = refusalOf(registry, request);
  if (refusal) throw await refused(ledger, request, refusal);
  return registry;
}

/** Write a refusal to the ledger; answers the error, to be thrown. */
export async function refused(
  ledger: Ledger,
  { action, actor, reason, subject, at, occasion = at, evidence }: Request,
  error: PipelineError,
): Promise<PipelineError> {
  await ledger.append({ type: 'action.refused', actor, reason, at, subject, body: { action, code: error.code, occasion, ...evidence } });
  return error;
}
