import { PipelineError } from '../../../contracts/errors';
import { reduceBlocks } from '../../linalg/blocks';
import type { Points } from '../points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { sqrt } = Math;

/**
 * Population standard deviation of each column over the (weighted) rows, in two passes over fixed blocks; 1 for a column that does not vary.
 *
 * @throws PipelineError `NOT_FINITE` where a value or a sum of squares is no finite number.
 *
 * O(nd).
 */
export function deviationsOf({ rows, cols, stride, values }: Points, weights: Float64Array | null): Float64Array {
  const sumOver = (term: (value: number, column: number) => number): Float64Array =>
    reduceBlocks(rows, cols + 1, (from, to, partial) => {
      for (let i = from; i < to; i++) {
        const weight = weights === null ? 1 : weights[i];
        for (let j = 0; j < cols; j++) partial[j] += weight * term(values[i * stride + j], j);
        partial[cols] += weight;
      }
    });
  const sums = sumOver((value) => value);
  const weight = sums[cols];
  const squares = sumOver((value, j) => (value - sums[j] / weight) ** 2).subarray(0, cols);
  const column = squares.findIndex((sum) => !Number.isFinite(sum));
  if (column >= 0) {
    const message = `column ${column + 1} holds values that are not finite or too large to be squared`;
    throw new PipelineError('NOT_FINITE', message, { column });
  }
  return squares.map((sum) => (sum > 0 ? sqrt(sum / weight) : 1));
}
