import { createHash } from 'node:crypto';

/** A SHA-256 as 32 bytes. */
export type Hash = Buffer;

/** Hash of a leaf: SHA-256 of a zero byte and the data, so that no leaf can pass for an inner node (RFC 6962 §2.1). */
export function leafHash(data: string | Uint8Array): Hash {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** Hash of an inner node: SHA-256 of a one byte, the left and the right hash. */
export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);
const EMPTY_ROOT: Hash = createHash('sha256').digest();

/** The largest power of two below n, for 1 < n <= 2^31: where a tree of n leaves is split. */
const splitOf = (n: number): number => 2 ** (31 - Math.clz32(n - 1));

/** Whether n >= 1 leaves are a complete tree: n is a power of two, up to 2^31. */
export const isComplete = (n: number): boolean => (n & (n - 1)) === 0;

/**
 * The Merkle tree of a log that only grows: the hash of every complete subtree is kept, so a root or a proof of any size up to the
 * present one costs O(log n) hashes of memory already there, and a leaf O(1) on average.
 *
 * RFC 6962 §2.1, RFC 9162 §2.1: a tree of n leaves is split at the largest power of two below n.
 */
export class MerkleTree {
  /** levels[h][i]: hash of the complete subtree over leaves i·2^h to (i+1)·2^h − 1. */
  private readonly levels: Hash[][] = [[]];

  constructor(leaves: Iterable<Hash> = []) {
    for (const leaf of leaves) this.append(leaf);
  }

  get size(): number {
    return this.levels[0].length;
  }

  append(leaf: Hash): void {
    this.levels[0].push(leaf);
    for (let h = 0; this.levels[h].length % 2 === 0; h++) {
      const level = this.levels[h];
      (this.levels[h + 1] ??= []).push(nodeHash(level[level.length - 2], level[level.length - 1]));
    }
  }

  /** Root of the first `size` leaves; that of none is the SHA-256 of nothing. @throws RangeError beyond the present size. */
  root(size = this.size): Hash {
    this.assertSize(size);
    return size === 0 ? EMPTY_ROOT : this.hashOf(0, size);
  }

  /**
   * Audit path of leaf `index` in the tree of the first `size` leaves: sibling hashes from the leaf up (RFC 6962 §2.1.1).
   *
   * @throws RangeError unless 0 <= index < size <= present size.
   */
  inclusion(index: number, size = this.size): Hash[] {
    this.assertSize(size);
    if (!Number.isInteger(index) || index < 0 || index >= size)
      throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
    const path = (start: number, end: number): Hash[] => {
      if (end - start === 1) return [];
      const middle = start + splitOf(end - start);
      return index < middle
        ? [...path(start, middle), this.hashOf(middle, end)]
        : [...path(middle, end), this.hashOf(start, middle)];
    };
    return path(0, size);
  }

  /**
   * Proof that the tree of the first `from` leaves is the beginning of that of the first `to` (RFC 6962 §2.1.2).
   *
   * @throws RangeError unless 1 <= from <= to <= present size.
   */
  consistency(from: number, to = this.size): Hash[] {
    this.assertSize(to);
    if (!Number.isInteger(from) || from < 1 || from > to)
      throw new RangeError(`a tree of ${to} leaves has no beginning of ${from}`);
    const proof = (start: number, end: number, whole: boolean): Hash[] => {
      if (from === end) return whole ? [] : [this.hashOf(start, end)];
      const middle = start + splitOf(end - start);
      return from <= middle
        ? [...proof(start, middle, whole), this.hashOf(middle, end)]
        : [...proof(middle, end, false), this.hashOf(start, middle)];
    };
    return proof(0, to, true);
  }

  /** Hash over leaves start to end − 1; start is a multiple of the subtree's width. */
  private hashOf(start: number, end: number): Hash {
    const width = end - start;
    if (isComplete(width)) return this.levels[31 - Math.clz32(width)][start / width];
    const middle = start + splitOf(width);
    return nodeHash(this.hashOf(start, middle), this.hashOf(middle, end));
  }

  private assertSize(size: number): void {
    if (!Number.isInteger(size) || size < 0 || size > this.size)
      throw new RangeError(`the tree has ${this.size} leaves, not ${size}`);
  }
}
