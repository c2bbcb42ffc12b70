import { PipelineError } from '../../contracts/errors';
import type { CoMoments } from '../linalg/covariance';
import type { Values } from '../linalg/matrix-view';
import type { KernelInstance } from './memory';

interface Exports {
  addCoMoments(block: number, rows: number, cols: number, capacity: number, columns: number, sums: number, before: number, moments: number): void;
}

/** Rows of a block: its columns stay in the second-level cache. Fixed, for the sums are added block by block. */
const BLOCK_ROWS = 256;
/** Columns are padded to a multiple of this, as in kernels/covariance.ts. */
const TILE = 3;

/**
 * Means and covariance in one pass over the rows, f64, blocks joined in their order: exact to rounding also where the means are large beside the
 * deviations. Chan, Golub and LeVeque, The American Statistician 37(3), 1983. O(nd²) time; O(d²) memory and one block.
 */
export const simdCoMoments =
  (instance: KernelInstance) =>
  ({ rows, cols, values }: Values): CoMoments => {
    if (rows < 2) throw new PipelineError('INSUFFICIENT_DATA', `a covariance needs at least 2 rows, got ${rows}`);
    const { addCoMoments } = instance.exports as unknown as Exports;
    return instance.frame(() => {
      const padded = Math.ceil(cols / TILE) * TILE;
      const blockAt = instance.allocate(BLOCK_ROWS * cols * 8);
      const columnsAt = instance.allocate(padded * BLOCK_ROWS * 8);
      const sumsAt = instance.allocate(2 * padded * 8);
      const momentsAt = instance.allocate(padded * padded * 8);
      const block = instance.f64(blockAt, BLOCK_ROWS * cols);
      const sums = instance.f64(sumsAt, 2 * padded).fill(0);
      const moments = instance.f64(momentsAt, padded * padded).fill(0);
      instance.f64(columnsAt, padded * BLOCK_ROWS).fill(0);
      for (let from = 0; from < rows; from += BLOCK_ROWS) {
        const to = Math.min(from + BLOCK_ROWS, rows);
        block.set(values.subarray(from * cols, to * cols));
        addCoMoments(blockAt, to - from, cols, BLOCK_ROWS, columnsAt, sumsAt, from, momentsAt);
      }
      const sigma = new Float64Array(cols * cols);
      for (let j = 0; j < cols; j++) {
        for (let l = 0; l <= j; l++) {
          const value = moments[j * padded + l] / (rows - 1);
          sigma[j * cols + l] = value;
          sigma[l * cols + j] = value;
        }
      }
      return { means: sums.slice(0, cols).map((sum) => sum / rows), covariance: sigma };
    });
  };
