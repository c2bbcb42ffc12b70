import { PipelineError } from '../../contracts/errors';
import { reduceBlocks } from './blocks';
import type { Values } from './matrix-view';

/** Means and covariance of the columns of a matrix. */
export interface CoMoments {
  readonly means: Float64Array;
  /** d x d, row-major, exactly symmetric, denominator n − 1. */
  readonly covariance: Float64Array;
}

/** Arithmetic mean of each column. `INSUFFICIENT_DATA` without rows. O(nd). */
export function columnMeans({ rows, cols, values }: Values): Float64Array {
  if (rows < 1) throw new PipelineError('INSUFFICIENT_DATA', 'a mean needs at least one row');
  const sums = reduceBlocks(rows, cols, (from, to, partial) => {
    for (let i = from, o = from * cols; i < to; i++) for (let j = 0; j < cols; j++, o++) partial[j] += values[o];
  });
  return sums.map((sum) => sum / rows);
}

/**
 * Sample covariance (denominator n − 1), two passes over centred values, sums over fixed blocks of rows.
 *
 * @returns d x d, row-major, exactly symmetric.
 * @throws PipelineError `INSUFFICIENT_DATA` below two rows.
 *
 * O(nd²) time, O(d²) memory.
 */
export function covariance(x: Values, means: Float64Array = columnMeans(x)): Float64Array {
  const { rows, cols, values } = x;
  if (rows < 2) throw new PipelineError('INSUFFICIENT_DATA', `a covariance needs at least 2 rows, got ${rows}`);
  const centred = new Float64Array(cols);
  const result = reduceBlocks(rows, cols * cols, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      for (let j = 0; j < cols; j++) centred[j] = values[i * cols + j] - means[j];
      for (let j = 0; j < cols; j++) for (let l = 0; l <= j; l++) partial[j * cols + l] += centred[j] * centred[l];
    }
  });
  for (let j = 0; j < cols; j++) {
    for (let l = 0; l <= j; l++) {
      const value = result[j * cols + l] / (rows - 1);
      result[j * cols + l] = value;
      result[l * cols + j] = value;
    }
  }
  return result;
}

/** Both, in plain TypeScript. `INSUFFICIENT_DATA` below two rows. */
export function coMoments(x: Values): CoMoments {
  const means = columnMeans(x);
  return { means, covariance: covariance(x, means) };
}
