import { createHash, hash as hashOnce } from 'node:crypto';

/** Bytes of a hash that fit into a number exactly; rows that agree in them are told apart by the whole hash. */
const PREFIX_BYTES = 6;

/**
 * Bottom-k samples: the `size` ids with the smallest md5(id:seed). The same ids are drawn whatever their order, and a sample of m is
 * part of the sample of m + 1, so samples of different sizes share their rows. A list is hashed once per seed, for samples of any size.
 * It must not change afterwards.
 *
 * @param ids Distinct text ids.
 * @returns Row indices of the sample, ascending; all rows where `size` is not smaller than their number.
 *
 * O(n) hashes, then O(n log n) per sample. Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007.
 */
export function bottomKSampler(ids: readonly string[], seed: number): (size: number) => Int32Array {
  const hash = (id: string): Buffer => md5(`${id}:${seed}`);

  function sample(size: number): Int32Array {
    const keys = prefixesOf(ids, seed);
    const limit = Float64Array.from(keys).sort()[size - 1];
    const rows: number[] = [];
    const tied: number[] = [];
    keys.forEach((key, row) => {
      if (key < limit) rows.push(row);
      else if (key === limit) tied.push(row);
    });
    // Equal hashes of distinct ids are not to be expected; the id would decide, never the row.
    tied.sort((a, b) => hash(ids[a]).compare(hash(ids[b])) || (ids[a] < ids[b] ? -1 : 1));
    return Int32Array.from([...rows, ...tied.slice(0, size - rows.length)]).sort();
  }

  return (size) => {
    if (size >= ids.length) return Int32Array.from(ids, (_, row) => row);
    return size > 0 ? sample(size) : new Int32Array(0);
  };
}

/** In one call where the runtime has it (Node 20.12), which takes half the time. */
const md5: (text: string) => Buffer =
  typeof hashOnce === 'function' ? (text) => hashOnce('md5', text, 'buffer') : (text) => createHash('md5').update(text).digest();

/** Of lists of ids that are still in use: a stage draws several samples of one list. */
const known = new WeakMap<readonly string[], Map<number, Float64Array>>();

function prefixesOf(ids: readonly string[], seed: number): Float64Array {
  const bySeed = known.get(ids) ?? new Map<number, Float64Array>();
  known.set(ids, bySeed);
  const found = bySeed.get(seed) ?? Float64Array.from(ids, (id) => md5(`${id}:${seed}`).readUIntBE(0, PREFIX_BYTES));
  bySeed.set(seed, found);
  return found;
}

/** One bottom-k sample; see `bottomKSampler`. */
export const bottomK = (ids: readonly string[], seed: number, size: number): Int32Array =>
  bottomKSampler(ids, seed)(size);
