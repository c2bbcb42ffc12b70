import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { ActorChange, KeySpan, Role, SignedChange } from '../../src/contracts/actors';
import { keyIdOfText, publicKeyText, signStatement } from '../../src/core/actors';
import type { Ledger } from '../../src/core/ports';

/** An actor as it is at home: its name and the private half of its key. */
export interface Person {
  readonly name: string;
  readonly key: KeyObject;
  readonly keyId: string;
}

export function person(name: string): Person {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { name, key: privateKey, keyId: keyIdOfText(publicKeyText(privateKey)) };
}

export const spanOf = ({ key, keyId }: Person, from: string, to: string | null = null): KeySpan => ({
  keyId,
  publicKey: publicKeyText(key),
  from,
  to,
});

type Draft = Parameters<Ledger['append']>[0];

/** The ledger entry of a change, signed by `signer`. */
export function changeEntry(statement: ActorChange, signer: Person, bootstrap = false): Draft {
  const body: SignedChange = {
    statement,
    signedBy: { name: signer.name, keyId: signer.keyId },
    signature: signStatement(statement, signer.key),
    bootstrap,
  };
  return {
    type: `actor.${statement.change}`,
    actor: signer.name,
    reason: statement.reason,
    at: statement.at,
    subject: statement.name,
    body: { ...body },
  };
}

export const added = (who: Person, role: Role, at: string, to: string | null = null): ActorChange => ({
  purpose: 'dramatis/actor/1',
  change: 'added',
  name: who.name,
  role,
  key: spanOf(who, at, to),
  at,
  reason: 'test',
});

/** A store with ada (approver, the first), abe (approver), eve (engineer), ann (analyst) and aud (auditor), all from 2024-01-01 on. */
export async function people(ledger: Ledger, at = '2024-01-01T00:00:00.000Z') {
  const [ada, abe, eve, ann, aud] = ['ada', 'abe', 'eve', 'ann', 'aud'].map(person) as [Person, Person, Person, Person, Person];
  await ledger.append(changeEntry(added(ada, 'approver', at), ada, true));
  for (const [who, role] of [
    [abe, 'approver'],
    [eve, 'engineer'],
    [ann, 'analyst'],
    [aud, 'auditor'],
  ] as const)
    await ledger.append(changeEntry(added(who, role, at), ada));
  return { ada, abe, eve, ann, aud };
}
