import { createHash } from 'node:crypto';

/** Bytes of a hash that fit into a number exactly; rows that agree in them are told apart by the whole hash. */
const PREFIX_BYTES = 6;

/**
 * Bottom-k samples: the `size` ids with the smallest md5(id:seed). The same ids are drawn whatever their order, and a sample of m is
 * part of the sample of m + 1, so samples of different sizes share their rows. Hashes once, for samples of any size.
 *
 * @param ids Distinct text ids.
 * @returns Row indices of the sample, ascending; all rows where `size` is not smaller than their number.
 *
 * O(n) hashes, then O(n log n) per sample. Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007.
 */
export function bottomKSampler(ids: readonly string[], seed: number): (size: number) => Int32Array {
  const hash = (id: string): Buffer => createHash('md5').update(`${id}:${seed}`).digest();
  let prefixes: Float64Array | undefined;

  function sample(size: number): Int32Array {
    const keys = (prefixes ??= Float64Array.from(ids, (id) => hash(id).readUIntBE(0, PREFIX_BYTES)));
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

/** One bottom-k sample; see `bottomKSampler`. */
export const bottomK = (ids: readonly string[], seed: number, size: number): Int32Array =>
  bottomKSampler(ids, seed)(size);
