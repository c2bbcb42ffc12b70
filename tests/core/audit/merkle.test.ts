import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { leafHash, MerkleTree, nodeHash, type Hash } from '../../../src/core/audit/merkle';
import { verifyConsistency, verifyInclusion } from '../../../src/core/audit/merkle-proofs';

/** Inputs and roots that implementations of Certificate Transparency test themselves with. */
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hex = (hashes: readonly Hash[]): string[] => hashes.map((hash) => hash.toString('hex'));
const leaves = INPUTS.map((input) => leafHash(Buffer.from(input, 'hex')));
const known = new MerkleTree(leaves);

describe('Merkle tree of RFC 6962', () => {
  it('has the published roots, of every size up to eight', () => {
    expect(ROOTS.map((_, size) => known.root(size).toString('hex'))).toEqual(ROOTS);
    expect(hex([leafHash('')])).toEqual([ROOTS[1]]);
  });

  it('has the published audit paths and consistency proofs', () => {
    // The paths of leaves 0 and 5 of 8, 2 of 3, and the proofs 1→8, 6→8, 2→5 of the same test set.
    expect(hex(known.inclusion(0, 8))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(known.inclusion(5, 8))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(known.inclusion(2, 3))).toEqual(['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']);
    expect(hex(known.consistency(1, 8))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(known.consistency(6, 8))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(known.consistency(2, 5))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('has the root that the recursive definition gives', () => {
    const byDefinition = (hashes: readonly Hash[]): Hash => {
      if (hashes.length === 1) return hashes[0];
      let k = 1;
      while (2 * k < hashes.length) k *= 2;
      return nodeHash(byDefinition(hashes.slice(0, k)), byDefinition(hashes.slice(k)));
    };
    const many = Array.from({ length: 70 }, (_, i) => leafHash(String(i)));
    const tree = new MerkleTree(many);
    for (let size = 1; size <= many.length; size++) expect(tree.root(size)).toEqual(byDefinition(many.slice(0, size)));
  });

  it('proves every leaf of every size, and nothing else with the same proof', () => {
    const tree = new MerkleTree(Array.from({ length: 33 }, (_, i) => leafHash(String(i))));
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const [leaf, proof, root] = [leafHash(String(index)), tree.inclusion(index, size), tree.root(size)];
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
        expect(verifyInclusion(leafHash('other'), index, size, proof, root)).toBe(false);
        if (size > 1) expect(verifyInclusion(leaf, (index + 1) % size, size, proof, root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, [...proof, root], root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, proof.slice(1), root)).toBe(size === 1);
      }
    }
  });

  it('proves that a smaller tree is the beginning of a larger one, and of no other', () => {
    const tree = new MerkleTree(Array.from({ length: 33 }, (_, i) => leafHash(String(i))));
    const other = new MerkleTree(Array.from({ length: 33 }, (_, i) => leafHash(i === 0 ? 'changed' : String(i))));
    for (let to = 1; to <= 33; to++) {
      for (let from = 1; from <= to; from++) {
        const proof = tree.consistency(from, to);
        const [older, newer] = [{ size: from, root: tree.root(from) }, { size: to, root: tree.root(to) }];
        expect(verifyConsistency(older, newer, proof)).toBe(true);
        expect(verifyConsistency({ size: from, root: other.root(from) }, newer, proof)).toBe(false);
        expect(verifyConsistency(older, { size: to, root: other.root(to) }, proof)).toBe(false);
        expect(verifyConsistency(older, newer, [...proof, leafHash('x')])).toBe(false);
        if (from < to) expect(verifyConsistency(older, newer, proof.slice(0, -1))).toBe(false);
      }
    }
  });

  it('refuses a proof with any one bit changed', () => {
    const tree = new MerkleTree(Array.from({ length: 100 }, (_, i) => leafHash(String(i))));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 98 }), fc.nat(), fc.integer({ min: 0, max: 7 }), (index, place, bit) => {
        const flip = (proof: readonly Hash[]): Hash[] => {
          const bytes = Buffer.concat([...proof]);
          bytes[place % bytes.length] ^= 1 << bit;
          return proof.map((_, i) => bytes.subarray(32 * i, 32 * i + 32));
        };
        const root = tree.root();
        expect(verifyInclusion(leafHash(String(index)), index, 100, flip(tree.inclusion(index)), root)).toBe(false);
        const older = { size: index + 1, root: tree.root(index + 1) };
        expect(verifyConsistency(older, { size: 100, root }, flip(tree.consistency(index + 1)))).toBe(false);
      }),
    );
  });

  it('refuses sizes and indices that are none', () => {
    for (const wrong of [-1, 9, 1.5, NaN]) expect(() => known.root(wrong)).toThrow(RangeError);
    for (const wrong of [-1, 8, 1.5]) expect(() => known.inclusion(wrong)).toThrow(RangeError);
    for (const wrong of [0, 9]) expect(() => known.consistency(wrong)).toThrow(RangeError);
    const root = known.root();
    expect(verifyInclusion(leaves[0], -1, 8, known.inclusion(0), root)).toBe(false);
    expect(verifyInclusion(leaves[0], 0, 0, [], root)).toBe(false);
    expect(verifyInclusion(leaves[0].subarray(1), 0, 8, known.inclusion(0), root)).toBe(false);
    expect(verifyConsistency({ size: 9, root }, { size: 8, root }, [])).toBe(false);
  });

  it('starts from the empty tree, the beginning of every other', () => {
    const empty = { size: 0, root: createHash('sha256').digest() };
    expect(new MerkleTree().root()).toEqual(empty.root);
    expect(verifyConsistency(empty, { size: 8, root: known.root() }, [])).toBe(true);
    expect(verifyConsistency(empty, { size: 8, root: known.root() }, [leaves[0]])).toBe(false);
  });
});
