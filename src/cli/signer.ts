import type { KeyObject } from 'node:crypto';
import { defaultKeyFile, readKeyFile } from '../adapters/actors';
import { PipelineError } from '../contracts/errors';
import { keyAt, keyIdOfText, liveKey, publicKeyText, refused, type Actor, type Registry, type Request } from '../core/actors';
import type { Ledger } from '../core/ports';

/** Who signs, and with what. */
export interface Signer {
  readonly name: string;
  readonly keyId: string;
  readonly key: KeyObject;
}

/**
 * The private key of an actor: the file given, else DRAMATIS_ACTOR_KEY, else the place where `actor add` puts it.
 *
 * @throws PipelineError `ACTOR_UNKNOWN`, `ACTOR_KEY_MISSING`; `ACTOR_KEY_INVALID` where the key is not one that the actor was ever given.
 */
export async function signerOf({ actors }: Registry, name: string, file = process.env.DRAMATIS_ACTOR_KEY): Promise<Signer> {
  const actor = actors.get(name);
  if (!actor) throw new PipelineError('ACTOR_UNKNOWN', unknown(name, actors), { actor: name });
  const at = new Date().toISOString();
  const path = file ?? defaultKeyFile(name, (keyAt(actor, at) ?? actor.keys.at(-1)!).keyId);
  const key = await readKeyFile(path);
  const keyId = keyIdOfText(publicKeyText(key));
  // Whether it still counts is for those to say who check it: a refused attempt belongs in the ledger.
  if (!actor.keys.some((span) => span.keyId === keyId))
    throw new PipelineError('ACTOR_KEY_INVALID', `the key in ${path} was never one of ${name}: name its file with --key`, { actor: name, keyId });
  return { name, keyId, key };
}

/**
 * The key to sign an act with that is entered into the ledger as it is, so that nobody after this looks whether it counts.
 *
 * @returns null in a store without actors: nothing is signed there.
 * @throws PipelineError as `signerOf`; `ACTOR_KEY_INVALID` for a key that was rotated, revoked or has expired, which is written to the ledger.
 */
export async function liveSigner(ledger: Ledger, registry: Registry, request: Request, file?: string): Promise<Signer | null> {
  const { actor: name, at } = request;
  if (registry.actors.size === 0) return null;
  const signer = await signerOf(registry, name, file);
  if (liveKey(registry.actors.get(name)!, signer.keyId, at)) return signer;
  const message = `the key ${signer.keyId} of ${name} does not count any more: sign with the one that "dramatis actor list" shows`;
  throw await refused(ledger, request, new PipelineError('ACTOR_KEY_INVALID', message, { actor: name, keyId: signer.keyId }));
}

function unknown(name: string, actors: ReadonlyMap<string, Actor>): string {
  if (actors.size === 0)
    return `${name} has no key to sign with: "dramatis actor add ${name} --role approver" makes one, as the first actor of this store`;
  const there = [...actors.keys()].join(', ');
  return (
    `${name} is no actor of this store (there are ${there}): name one with --actor or DRAMATIS_ACTOR, ` +
    `or have an approver add ${name} with "dramatis actor add"`
  );
}
