import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEntry, writeEntry, type LedgerDraft, type StoredEntry } from '../../src/adapters/ledger/entry';
import { keyIdOf } from '../../src/adapters/ledger/keys';
import type { Random } from './random';

/** A pair of keys as the ledger uses them. */
export interface Signer {
  readonly key: KeyObject;
  readonly keyId: string;
  readonly publicPem: string;
}

export function makeSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = createPublicKey(privateKey);
  return { key: privateKey, keyId: keyIdOf(publicKey), publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })) };
}

/** A ledger as texts, written without the care for crashes that the real one takes: thousands are needed. */
export function makeLog(drafts: readonly LedgerDraft[], { key, keyId }: Signer, before?: StoredEntry): string[] {
  let last = before;
  return drafts.map((draft) => {
    const text = writeEntry(draft, last, key, keyId);
    last = parseEntry(text);
    return text;
  });
}

const WORDS = ['nightly', 'export was mended', 'Grüße', '価格表', 'quote " and \\', ''];

export const randomDraft = (random: Random, i: number): LedgerDraft => ({
  type: random.pick(['config.changed', 'note', 'access']),
  actor: random.pick(['ana', 'ben', 'dramatis']),
  reason: random.pick(WORDS),
  at: new Date(Date.UTC(2026, 0, 1) + 1000 * i).toISOString(),
  subject: `thing-${i}`,
  body: { attempt: random.below(3), size: random.below(1e9), digest: random.below(2 ** 31).toString(16), list: [random.below(9), null] },
});

const nameOf = (seq: number): string => `${String(seq).padStart(8, '0')}.json`;

/** Put a ledger and the key it is checked with into a store, in place of what is there. */
export function layLog(home: string, texts: readonly (string | Buffer | undefined)[], { publicPem }: Pick<Signer, 'publicPem'>): void {
  rmSync(join(home, 'ledger'), { recursive: true, force: true });
  mkdirSync(join(home, 'ledger'), { recursive: true });
  mkdirSync(join(home, 'keys'), { recursive: true });
  writeFileSync(join(home, 'keys', 'ledger.pub'), publicPem);
  for (const [i, text] of texts.entries()) if (text !== undefined) writeFileSync(join(home, 'ledger', nameOf(i + 1)), text);
}

/** A signer from the key that a store already has. */
export function signerOf(home: string, privateKey: KeyObject): Signer {
  const publicPem = readFileSync(join(home, 'keys', 'ledger.pub'), 'utf8');
  return { key: privateKey, keyId: keyIdOf(createPublicKey(publicPem)), publicPem };
}
