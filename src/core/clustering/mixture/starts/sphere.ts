import { reduceBlocks } from '../../../linalg/blocks';
import { symmetricEigen } from '../../../linalg/jacobi';
import { strideOf, type Points } from '../../points';

/** Directions with less than this share of the variance of the first are rounding. */
const SMALLEST_SHARE = 1e-12;

/**
 * Columns centred, scaled to unit variance, rotated to their principal components and divided by the square root of the singular value: half
 * way to equal variances, so that neither the scales of the columns nor the direction they share rule the distances. With X the scaled columns
 * and X = U D V' it is X V D^(-1/2). Columns without variance and empty directions are left out; one column of zeros stays where nothing varies.
 *
 * @param weights Times each row counts, or null for once each.
 *
 * O(nd²). Scrucca and Raftery, Advances in Data Analysis and Classification 9, 2015.
 */
export function sphere(points: Points, weights: Float64Array | null): Points {
  const { rows, stride, values } = points;
  const { means, products, total } = moments(points, weights);
  const varying = Array.from({ length: points.cols }, (_, j) => j).filter((j) => products[j * points.cols + j] > 0);
  if (varying.length === 0) return { rows, cols: 1, stride: strideOf(1), values: new Float64Array(rows * strideOf(1)) };
  const deviation = (j: number): number => Math.sqrt(products[j * points.cols + j] / (total - 1));
  const cols = varying.length;
  const scaled = new Float64Array(cols * cols);
  varying.forEach((j, a) =>
    varying.forEach((l, b) => (scaled[a * cols + b] = products[j * points.cols + l] / (deviation(j) * deviation(l)))),
  );
  const { values: squares, vectors } = symmetricEigen(scaled, cols);
  const kept = squares.filter((square) => square > SMALLEST_SHARE * squares[0]).length;
  // kept x cols: from centred columns to scores.
  const rotation = new Float64Array(kept * cols);
  for (let c = 0; c < kept; c++)
    varying.forEach((j, a) => (rotation[c * cols + a] = (vectors[c * cols + a] * squares[c] ** -0.25) / deviation(j)));
  const result: Points = { rows, cols: kept, stride: strideOf(kept), values: new Float64Array(rows * strideOf(kept)) };
  const centred = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < cols; a++) centred[a] = values[i * stride + varying[a]] - means[varying[a]];
    for (let c = 0; c < kept; c++) {
      let sum = 0;
      for (let a = 0; a < cols; a++) sum += centred[a] * rotation[c * cols + a];
      result.values[i * result.stride + c] = sum;
    }
  }
  return result;
}

interface Moments {
  readonly total: number;
  readonly means: Float64Array;
  /** Sums of squares and products about the means, d x d. */
  readonly products: Float64Array;
}

/** Two passes over fixed blocks of rows. */
function moments({ rows, cols, stride, values }: Points, weights: Float64Array | null): Moments {
  const weightOf = (i: number): number => (weights === null ? 1 : weights[i]);
  const sums = reduceBlocks(rows, cols + 1, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const weight = weightOf(i);
      for (let j = 0; j < cols; j++) partial[j] += weight * values[i * stride + j];
      partial[cols] += weight;
    }
  });
  const total = sums[cols];
  const means = sums.subarray(0, cols).map((sum) => sum / total);
  const products = reduceBlocks(rows, cols * cols, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      for (let j = 0, o = i * stride; j < cols; j++) {
        const share = weightOf(i) * (values[o + j] - means[j]);
        for (let l = 0; l < cols; l++) partial[j * cols + l] += share * (values[o + l] - means[l]);
      }
    }
  });
  return { total, means, products };
}
