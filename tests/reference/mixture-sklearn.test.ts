import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { criteria } from '../../src/core/clustering/mixture/criteria';
import { degreesOfFreedom } from '../../src/core/clustering/mixture/degrees-of-freedom';
import { emFrom } from '../../src/core/clustering/mixture/em';
import { diagonals, repeated } from '../../src/core/clustering/mixture/models/rotation';
import { posterior } from '../../src/core/clustering/mixture/posterior';
import type { CovarianceModel, MixtureParameters } from '../../src/core/clustering/mixture/types';
import { toPoints } from '../../src/core/clustering/points';
import { covariance } from '../../src/core/linalg/covariance';
import type { Matrix } from '../../src/core/linalg/matrix';
import { describeWithShared } from '../support/shared';
import { faithful, iris } from './clustering-sets';

interface Fit {
  model: CovarianceModel;
  iterations: number;
  logLikelihood: number;
  proportions: number[];
  means: number[][];
  covariances: number[][][];
  labels: string;
  posteriors: number[][];
  df: number;
  bic: number;
  aic: number;
  icl: number;
  entropy: number;
}
interface Reference {
  sets: Record<string, { rows: number; startRows: number[]; fits: Fit[] }>;
}

// Made by tests/reference/make/mixture.py with scikit-learn 1.9.1.
const reference = JSON.parse(readFileSync(join(__dirname, 'mixture.json'), 'utf8')) as Reference;

/** Start of mixture.py: named rows, equal proportions, the covariance of all rows (denominator n) in the form of the model. */
function startOf(x: Matrix, rows: readonly number[], model: CovarianceModel): MixtureParameters {
  const { cols } = x;
  const k = rows.length;
  const all = covariance(x).map((value) => (value * (x.rows - 1)) / x.rows);
  const variances = Float64Array.from({ length: cols }, (_, j) => all[j * (cols + 1)]);
  const average = variances.reduce((sum, value) => sum + value, 0) / cols;
  const one = model.endsWith('II')
    ? diagonals(new Float64Array(cols).fill(average), 1, cols)
    : model.endsWith('I')
      ? diagonals(variances, 1, cols)
      : all;
  return {
    model,
    k,
    cols,
    proportions: new Float64Array(k).fill(1 / k),
    means: Float64Array.from(rows.flatMap((row) => Array.from(x.values.subarray(row * cols, (row + 1) * cols)))),
    covariances: repeated(one, k),
  };
}

describeWithShared.each([
  ['iris', iris],
  ['faithful', faithful],
] as const)('EM from the same start as scikit-learn on %s', (name, load) => {
  const { rows, startRows, fits } = reference.sets[name];
  let x: Matrix;
  beforeAll(async () => {
    x = await load();
  });
  const close = (value: number, expected: number, within = 1e-6): void =>
    expect(Math.abs(value - expected)).toBeLessThan(within * Math.max(1, Math.abs(expected)));

  it.each(fits)('$model after $iterations iterations: parameters, posteriors and criteria', (expected) => {
    const points = toPoints(x);
    const k = startRows.length;
    expect(points.rows).toBe(rows);
    const start = startOf(x, startRows, expected.model);
    const found = emFrom(points, null, start, { tolerance: 0, maxIterations: expected.iterations });
    const { parameters, logLikelihood, responsibilities } = found;
    expect(found.degenerate).toBeNull();
    close(logLikelihood, expected.logLikelihood, 1e-9);
    expected.proportions.forEach((value, c) => close(parameters.proportions[c], value));
    expected.means.flat().forEach((value, at) => close(parameters.means[at], value));
    expected.covariances.flat(2).forEach((value, at) => close(parameters.covariances[at], value));
    expected.posteriors.flat().forEach((value, at) => {
      const row = 3 * Math.floor(at / k);
      expect(Math.abs(responsibilities[row * k + (at % k)] - value)).toBeLessThan(1e-6);
    });
    expect(Array.from(posterior(parameters, points).cluster).join('')).toBe(expected.labels);
    const df = degreesOfFreedom(expected.model, k, x.cols);
    expect(df).toBe(expected.df);
    const ours = criteria({ logLikelihood, df, n: rows, k, responsibilities });
    for (const criterion of ['bic', 'aic', 'icl', 'entropy'] as const) close(ours[criterion], expected[criterion]);
  });
});
