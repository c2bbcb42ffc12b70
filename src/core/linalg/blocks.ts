/** Rows per block of every reduction: fixed, so that a sum does not depend on how the rows were shared out to threads. */
export const BLOCK_ROWS = 1024;

/** Ranges [from, to) of at most `size` rows, in order. */
export function blocksOf(rows: number, size = BLOCK_ROWS): readonly (readonly [number, number])[] {
  const blocks: [number, number][] = [];
  for (let from = 0; from < rows; from += size) blocks.push([from, Math.min(from + size, rows)]);
  return blocks;
}

/**
 * Sum vectors over fixed blocks of rows: `addBlock` adds rows [from, to) to a zeroed partial sum; partial sums are added in block order.
 *
 * @returns Float64Array of length `width`.
 */
export function reduceBlocks(
  rows: number,
  width: number,
  addBlock: (from: number, to: number, partial: Float64Array) => void,
): Float64Array {
  const total = new Float64Array(width);
  const partial = new Float64Array(width);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    partial.fill(0);
    addBlock(from, Math.min(from + BLOCK_ROWS, rows), partial);
    for (let j = 0; j < width; j++) total[j] += partial[j];
  }
  return total;
}
