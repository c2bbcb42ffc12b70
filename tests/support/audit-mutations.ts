import { auditStore } from '../../src/adapters/audit';
import { parseEntry, writeEntry, type LedgerEntry } from '../../src/adapters/ledger/entry';
import { canonicalJson, checkpointText, leafHash, MerkleTree, originOf, sha256Hex, signNote } from '../../src/core/audit';
import { layLog, makeLog, makeSigner, randomDraft, type Signer } from './audit-logs';
import { Random } from './random';

type Texts = readonly (string | Buffer | undefined)[];

/** A damaged ledger, and what an audit must name first. */
interface Mutation {
  readonly texts: Texts;
  readonly object: string;
  /** Where the one who changed it also put his own key in place of the ledger's. */
  readonly publicPem?: string;
}

interface Given {
  readonly log: readonly string[];
  /** Another ledger of the same length, by someone else. */
  readonly other: readonly string[];
  readonly signer: Signer;
  readonly stranger: Signer;
  readonly random: Random;
}

const entryObject = (i: number): string => `ledger entry ${i + 1}`;
const parsed = (text: string): LedgerEntry => parseEntry(text)!.entry;
const put = <T>(texts: readonly T[], i: number, ...items: T[]): T[] => [...texts.slice(0, i), ...items, ...texts.slice(i + 1)];
const insert = <T>(texts: readonly T[], i: number, item: T): T[] => [...texts.slice(0, i), item, ...texts.slice(i)];
const changed = (text: string): LedgerEntry => ({ ...parsed(text), reason: 'something else' });

/** The entries from i on, written again so that each names the one before: by someone else, or with the signatures they had. */
function rechained({ log }: Given, from: number, write: (entry: LedgerEntry, before: string | undefined) => string): string[] {
  const texts = [...log];
  for (let i = from; i < texts.length; i++) texts[i] = write(i === from ? changed(log[i]) : parsed(log[i]), texts[i - 1]);
  return texts;
}

const signedBy =
  ({ key, keyId }: Signer) =>
  (entry: LedgerEntry, before: string | undefined): string =>
    writeEntry(entry, before === undefined ? undefined : parseEntry(before), key, keyId);

const KINDS: Readonly<Record<string, (given: Given) => Mutation>> = {
  flip({ log, random }) {
    const i = random.below(log.length);
    const bytes = Buffer.from(log[i]);
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return { texts: put<string | Buffer>(log, i, bytes), object: entryObject(i) };
  },
  drop({ log, random }) {
    const i = random.below(log.length);
    return { texts: put<string | undefined>(log, i, undefined), object: entryObject(i) };
  },
  'drop and close the gap': ({ log, random }) => {
    const i = random.below(log.length);
    return { texts: log.filter((_, j) => j !== i), object: entryObject(i) };
  },
  'insert another of its entries': ({ log, random }) => {
    const i = random.below(log.length + 1);
    const j = random.below(log.length);
    // In front of itself nothing changes until the place after it.
    return { texts: insert(log, i, log[j]), object: entryObject(i === j ? i + 1 : i) };
  },
  'insert a forged one': ({ log, random, stranger }) => {
    const i = random.below(log.length + 1);
    const text = signedBy(stranger)(changed(log[random.below(log.length)]), log[i - 1]);
    return { texts: insert(log, i, text), object: entryObject(i) };
  },
  reorder({ log, random }) {
    const [i, j] = [random.below(log.length - 1), log.length - 1];
    const k = i + 1 + random.below(j - i);
    const texts = [...log];
    [texts[i], texts[k]] = [texts[k], texts[i]];
    return { texts, object: entryObject(i) };
  },
  truncate({ log, random }) {
    const left = 1 + random.below(log.length - 1);
    return { texts: log.slice(0, left), object: entryObject(left) };
  },
  'truncate inside an entry': ({ log, random }) => {
    const i = random.below(log.length);
    return { texts: put(log, i, log[i].slice(0, random.below(log[i].length))), object: entryObject(i) };
  },
  splice({ log, other, random }) {
    const i = random.below(log.length);
    return { texts: [...log.slice(0, i), ...other.slice(i)], object: entryObject(i) };
  },
  're-sign with another key': ({ log, random, stranger }) => {
    const i = random.below(log.length);
    return { texts: put(log, i, signedBy(stranger)(parsed(log[i]), log[i - 1])), object: entryObject(i) };
  },
  're-sign under the right key id': ({ log, random, signer, stranger }) => {
    const i = random.below(log.length);
    const text = writeEntry(changed(log[i]), i === 0 ? undefined : parseEntry(log[i - 1]), stranger.key, signer.keyId);
    return { texts: put(log, i, text), object: entryObject(i) };
  },
  'exchange two signatures': ({ log, random }) => {
    const i = random.below(log.length - 1);
    const k = i + 1 + random.below(log.length - 1 - i);
    const [a, b] = [parsed(log[i]), parsed(log[k])];
    return { texts: put(put(log, i, canonicalJson({ ...a, signature: b.signature })), k, canonicalJson({ ...b, signature: a.signature })), object: entryObject(i) };
  },
  'recompute the chain and keep the signatures': (given) => {
    const i = given.random.below(given.log.length);
    const texts = rechained(given, i, (entry, before) => canonicalJson({ ...entry, prev: before === undefined ? null : sha256Hex(before) }));
    return { texts, object: entryObject(i) };
  },
  'recompute the chain with another key': (given) => {
    const i = given.random.below(given.log.length);
    return { texts: rechained(given, i, signedBy(given.stranger)), object: entryObject(i) };
  },
  'write it all again and exchange the key': (given) => ({
    texts: rechained(given, 0, signedBy(given.stranger)),
    object: 'checkpoint',
    publicPem: given.stranger.publicPem,
  }),
  'write it again with the key': (given) => ({
    texts: rechained(given, given.random.below(given.log.length), signedBy(given.signer)),
    object: 'checkpoint',
  }),
  'write a line end behind an entry': ({ log, random }) => {
    const i = random.below(log.length);
    return { texts: put(log, i, `${log[i]}\n`), object: entryObject(i) };
  },
};

export const MUTATIONS = Object.keys(KINDS);

const checkpointOf = (texts: readonly string[], { key }: Signer): string => {
  const origin = originOf(sha256Hex(texts[0]));
  const tree = new MerkleTree(texts.map((text) => leafHash(text)));
  return signNote(checkpointText({ origin, size: tree.size, root: tree.root() }), origin, key);
};

const newLog = (random: Random, signer: Signer): string[] => makeLog(Array.from({ length: 3 + random.below(12) }, (_, i) => randomDraft(random, i)), signer);

/**
 * Change ledgers in every way there is, `count` times in all, and audit each against the checkpoint of the untouched one.
 *
 * @returns Sentences on mutations that were not found or named another object; empty where all were.
 */
export async function mutateLedgers(home: string, count: number): Promise<string[]> {
  const [signer, stranger] = [makeSigner(), makeSigner()];
  const missed: string[] = [];
  for (let i = 0; i < count; i++) {
    const random = new Random(i);
    const kind = MUTATIONS[i % MUTATIONS.length];
    const log = newLog(random, signer);
    const other = makeLog(log.map((_, j) => randomDraft(random, j)), stranger);
    const against = checkpointOf(log, signer);
    const { texts, object, publicPem = signer.publicPem } = KINDS[kind]({ log, other, signer, stranger, random });
    layLog(home, texts, { publicPem });
    const { problems } = await auditStore({ home, against, recordsOnly: true });
    if (problems[0]?.object !== object) missed.push(`${kind} (${i}): ${object} expected, ${problems[0]?.object ?? 'nothing'} named`);
  }
  return missed;
}

/** Audit `count` untouched ledgers, each against a checkpoint of some size. @returns What was said of them; nothing should be. */
export async function auditCleanLogs(home: string, count: number): Promise<string[]> {
  const signer = makeSigner();
  const said: string[] = [];
  for (let i = 0; i < count; i++) {
    const random = new Random(1_000_000 + i);
    const log = newLog(random, signer);
    layLog(home, log, signer);
    const against = checkpointOf(log.slice(0, 1 + random.below(log.length)), signer);
    const { problems } = await auditStore({ home, against });
    said.push(...problems.map(({ object, problem }) => `log ${i}: ${object} ${problem}`));
  }
  return said;
}
