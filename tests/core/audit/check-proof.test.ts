import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { checkProof, checkpointText, consistencyText, inclusionText, leafHash, MerkleTree, parseConsistency, parseInclusion, signNote, type ProofToCheck } from '../../../src/core/audit';
import { Random } from '../../support/random';

const NAME = 'dramatis/ledger/0123456789abcdef';
const { privateKey } = generateKeyPairSync('ed25519');
const verifier = { name: NAME, key: createPublicKey(privateKey) };
const textOf = (i: number, other = ''): string => `{"reason":"Grüße${other}","seq":${i + 1}}`;
const treeOf = (size: number, changed = -1) => new MerkleTree(Array.from({ length: size }, (_, i) => leafHash(textOf(i, i === changed ? '!' : ''))));
const noteOf = (tree: MerkleTree, size = tree.size, key = privateKey): string => signNote(checkpointText({ origin: NAME, size, root: tree.root(size) }), NAME, key);

/** Proof of entry `index + 1` in a ledger of 21, grown from one of 13. */
function proofs(index: number, tree = treeOf(21), old = 13): ProofToCheck {
  const checkpoint = noteOf(tree);
  return {
    inclusion: inclusionText({ index, hashes: tree.inclusion(index), record: Buffer.from(textOf(index)), checkpoint }),
    verifier,
    kept: { checkpoint: noteOf(treeOf(old)), consistency: consistencyText({ old, hashes: tree.consistency(old), checkpoint }) },
  };
}

it('is laid out as C2SP tlog-proof says, and as a log asks a witness', () => {
  const hash = leafHash('x');
  expect(inclusionText({ index: 5, hashes: [hash], record: Buffer.from('record'), checkpoint: 'note\n' })).toBe(
    `c2sp.org/tlog-proof@v1\nextra cmVjb3Jk\nindex 5\n${hash.toString('base64')}\n\nnote\n`,
  );
  expect(inclusionText({ index: 0, hashes: [], record: Buffer.from('record'), checkpoint: 'note\n' })).toBe('c2sp.org/tlog-proof@v1\nextra cmVjb3Jk\nindex 0\n\nnote\n');
  expect(consistencyText({ old: 13, hashes: [hash], checkpoint: 'note\n' })).toBe(`old 13\n${hash.toString('base64')}\n\nnote\n`);
});

it('accepts every entry of every size, and from every earlier size', () => {
  for (let size = 1; size <= 21; size++) {
    const tree = treeOf(size);
    for (let index = 0; index < size; index++) {
      const checked = checkProof(proofs(index, tree, index + 1));
      expect(checked).toEqual({ problems: [], entry: { seq: index + 1, text: textOf(index) }, ledger: { origin: NAME, size }, grewFrom: index + 1 });
    }
  }
  expect(checkProof({ ...proofs(3), kept: undefined as never })).toMatchObject({ problems: [], grewFrom: null });
});

it('accepts no proof in which any one bit is another', () => {
  const good = proofs(16);
  const random = new Random(1);
  const flipped = (text: string, byte: number): string => {
    const bytes = Buffer.from(text);
    bytes[byte] ^= 1 << random.below(8);
    return bytes.toString('utf8');
  };
  const accepted: string[] = [];
  for (let i = 0; i < Buffer.byteLength(good.inclusion); i++) {
    if (checkProof({ inclusion: flipped(good.inclusion, i), verifier }).problems.length === 0) accepted.push(`inclusion ${i}`);
  }
  for (const part of ['checkpoint', 'consistency'] as const) {
    for (let i = 0; i < Buffer.byteLength(good.kept![part]); i++) {
      if (checkProof({ ...good, kept: { ...good.kept!, [part]: flipped(good.kept![part], i) } }).problems.length === 0) accepted.push(`${part} ${i}`);
    }
  }
  expect(accepted).toEqual([]);
});

describe('a forged proof', () => {
  const other = generateKeyPairSync('ed25519').privateKey;
  const tree = treeOf(21);
  const parsed = parseInclusion(proofs(16).inclusion)!;
  const grown = parseConsistency(proofs(16).kept!.consistency)!;
  const inclusion = (more: Partial<typeof parsed>): ProofToCheck => ({ inclusion: inclusionText({ ...parsed, ...more }), verifier });
  const kept = (more: Partial<typeof grown>, checkpoint = noteOf(treeOf(13))): ProofToCheck => ({
    ...proofs(16),
    kept: { checkpoint, consistency: consistencyText({ ...grown, ...more }) },
  });

  it.each<readonly [string, () => ProofToCheck, RegExp]>([
    ['of another record', () => inclusion({ record: Buffer.from(textOf(15)) }), /the record is not entry 17/],
    ['under another number', () => inclusion({ index: 15 }), /the record is not entry 16/],
    ['beyond the end', () => inclusion({ index: 21 }), /the record is not entry 22/],
    ['that lacks a hash', () => inclusion({ hashes: parsed.hashes.slice(1) }), /the record is not entry 17/],
    ['with a hash too many', () => inclusion({ hashes: [...parsed.hashes, parsed.hashes[0]!] }), /the record is not entry 17/],
    ['in another order', () => inclusion({ hashes: parsed.hashes.toReversed() }), /the record is not entry 17/],
    ['in a checkpoint of other entries', () => inclusion({ checkpoint: noteOf(treeOf(21, 2)) }), /the record is not entry 17/],
    ['in a checkpoint of another key', () => inclusion({ checkpoint: noteOf(tree, 21, other) }), /not signed with the key given/],
    ['in a checkpoint of another ledger', () => ({ ...inclusion({}), verifier: { ...verifier, name: 'dramatis/ledger/other' } }), /of another ledger/],
    ['whose checkpoint says another name than who signed it', () => inclusion({ checkpoint: signNote(checkpointText({ origin: 'other', size: 21, root: tree.root() }), NAME, privateKey) }), /of another ledger/],
    ['of a ledger that was rewritten', () => kept({}, noteOf(treeOf(13, 2))), /did not grow out of the checkpoint kept elsewhere/],
    ['from a checkpoint of another key', () => kept({}, noteOf(treeOf(13), 13, other)), /the checkpoint kept elsewhere is not signed/],
    ['from another size', () => kept({}, noteOf(treeOf(12))), /is from 13 entries, the checkpoint kept elsewhere covers 12/],
    ['that says it is from another size', () => kept({ old: 12 }, noteOf(treeOf(12))), /did not grow/],
    ['to another checkpoint', () => kept({ checkpoint: noteOf(tree, 20), hashes: tree.consistency(13, 20) }), /of another checkpoint than the proof of inclusion/],
    ['without its hashes', () => kept({ hashes: [] }), /did not grow/],
    ['that is none', () => ({ ...proofs(16), kept: { checkpoint: noteOf(treeOf(13)), consistency: '' } }), /no proof of consistency/],
    ['that is none at all', () => ({ inclusion: 'x', verifier }), /no proof of inclusion/],
    ['that lacks its record', () => ({ inclusion: proofs(16).inclusion.replace(/extra .*\n/, ''), verifier }), /no proof of inclusion/],
  ])('%s is refused', (_, forged, why) => {
    const { problems } = checkProof(forged());
    expect(problems).toEqual([expect.stringMatching(why)]);
  });
});
