import type { Preprocessing } from '../../contracts/model';
import { reduceBlocks } from '../linalg/blocks';
import type { Matrix } from '../linalg/matrix';
import { applyPreprocessing } from '../prepare';

/** Below this multiple of the mean a standard deviation is rounding error. */
const ROUNDING = 1e-12;

/**
 * How far each cluster stands from the base on each feature: (cluster mean - base mean) / base sd. On the prepared scale where the
 * feature is a model column of its own, else in raw units over the customers who have a value. 0 where the base has no spread.
 *
 * @param features Raw numeric features, one row per customer; NaN = missing.
 * @param labels Cluster of each row, 0..k-1; rows labelled -1 count nowhere.
 * @returns z by cluster, then by feature in the order of `features.names`.
 */
export function standings(features: Matrix, labels: Int32Array, k: number, preprocessing: Preprocessing): number[][] {
  const prepared = applyPreprocessing(preprocessing, features);
  const byFeature = features.names.map((name, j) => {
    const column = preprocessing.columns.findIndex(({ from, basis }) => basis.kind !== 'ilr' && from[0] === name);
    return column >= 0 ? columnStandings(prepared, column, labels, k) : columnStandings(features, j, labels, k);
  });
  return Array.from({ length: k }, (_, cluster) => byFeature.map((z) => z[cluster]));
}

function columnStandings(x: Matrix, column: number, labels: Int32Array, k: number): number[] {
  const at = (i: number): number => x.values[i * x.cols + column];
  const sums = grouped(x.rows, labels, k, at);
  // The base is everybody with a value, with a cluster or without.
  const everybody = new Int32Array(x.rows);
  const [all] = grouped(x.rows, everybody, 1, at);
  const mean = all.count === 0 ? 0 : all.sum / all.count;
  const [squares] = grouped(x.rows, everybody, 1, (i) => (at(i) - mean) ** 2);
  const sd = all.count === 0 ? 0 : Math.sqrt(squares.sum / all.count);
  return sums.map(({ sum, count }) => (count === 0 || !(sd > ROUNDING * Math.abs(mean)) ? 0 : (sum / count - mean) / sd));
}

interface Group {
  readonly sum: number;
  readonly count: number;
}

/** Sum and count of the present terms by cluster. */
function grouped(rows: number, labels: Int32Array, k: number, term: (row: number) => number): Group[] {
  const totals = reduceBlocks(rows, 2 * k, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const value = term(i);
      if (labels[i] < 0 || Number.isNaN(value)) continue;
      partial[2 * labels[i]] += value;
      partial[2 * labels[i] + 1]++;
    }
  });
  return Array.from({ length: k }, (_, c) => ({ sum: totals[2 * c], count: totals[2 * c + 1] }));
}

