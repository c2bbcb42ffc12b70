import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPoints } from '../../src/core/clustering/points';
import type { Matrix } from '../../src/core/linalg/matrix';
import { dispersion } from '../../src/core/validity/dispersion';
import { gapStatistic, logWithin, referenceBox } from '../../src/core/validity/gap';
import { profileShift } from '../../src/core/validity/holdout';
import { hungarianJaccard } from '../../src/core/validity/jaccard';
import { predictionStrength } from '../../src/core/validity/prediction-strength';
import { adjustedRandIndex } from '../../src/core/validity/rand-index';
import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import { rowSilhouettes } from '../core/validity/silhouettes';
import { stratifiedMean } from '../../src/core/validity/silhouette-sample';
import { testKernels } from '../support/kernels';
import { describeWithShared } from '../support/shared';
import { faithful, iris } from './clustering-sets';

interface Reference {
  sets: Record<
    string,
    {
      gap: {
        ks: number[];
        labels: string[];
        logW: number[];
        reference: number[][];
        box: { axis: number[]; low: number; high: number }[];
        gap: number[];
        se: number[];
        k: number;
      };
      silhouettes: { k: number; labels: string; values: number[] }[];
      shift: { k: number; earlier: string; later: string; d: number[][] };
    }
  >;
  strengths: { own: string; predicted: string; k: number; perCluster: number[]; value: number }[];
  adjustedRand: { a: string; b: string; value: number }[];
  matched: { a: string; b: string; ka: number; kb: number; mean: number }[];
  stratified: { sizes: number[]; values: number[][]; value: number; standardError: number };
}

// Made by tests/reference/make/validity.py with scikit-learn 1.9.1, scipy 1.17.1 and numpy 2.4.6.
const reference = JSON.parse(readFileSync(join(__dirname, 'validity.json'), 'utf8')) as Reference;
const labelsOf = (text: string): Int32Array => Int32Array.from(text, (label) => (label === '-' ? -1 : Number(label)));
const near = (value: number | null, expected: number): void => expect(Math.abs(value! - expected)).toBeLessThan(1e-9);

describeWithShared.each([
  ['iris', iris],
  ['faithful', faithful],
] as const)('on %s', (name, load) => {
  const { gap, silhouettes, shift } = reference.sets[name];
  let x: Matrix;
  beforeAll(async () => {
    x = await load();
  });

  it('log W of given labels is that of the pairwise distances of the paper', () => {
    const points = toPoints(x);
    gap.ks.forEach((k, i) => near(logWithin(dispersion(x, labelsOf(gap.labels[i]), k).within, points), gap.logW[i]));
  });

  it('gap, its error and the chosen k equal those worked out from the same draws', () => {
    const found = gapStatistic(gap.ks, gap.logW, gap.reference);
    found.gap.forEach((value, i) => near(value, gap.gap[i]));
    found.se.forEach((value, i) => near(value, gap.se[i]));
    expect(found.k).toBe(gap.k);
  });

  it('the reference box has the sides of the singular value decomposition, up to sign', () => {
    const { axes, low, high } = referenceBox(toPoints(x));
    gap.box.forEach((side, c) => {
      const axis = Array.from(axes.subarray(c * x.cols, (c + 1) * x.cols));
      const sign = Math.sign(axis.reduce((sum, value, j) => sum + value * side.axis[j], 0));
      axis.forEach((value, j) => near(sign * value, side.axis[j]));
      near(sign > 0 ? low[c] : -high[c], side.low);
      near(sign > 0 ? high[c] : -low[c], side.high);
    });
  });

  it.each(silhouettes)('the silhouette of each row equals scikit-learn (k=$k)', ({ k, labels, values }) => {
    rowSilhouettes(toPoints(x), { k, labels: labelsOf(labels) }).forEach((value, i) => near(value, values[i]));
  });

  it.each(silhouettes)('and the mean silhouette in single precision to 1e-6 (k=$k)', ({ k, labels, values }) => {
    const found = rowSilhouettes(toPoints(x), { k, labels: labelsOf(labels) }, createSimdKernel(testKernels()));
    expect(Math.abs(found.reduce((sum, value, i) => sum + (value - values[i]) / values.length, 0))).toBeLessThan(1e-6);
  });

  it('the shift of each profile equals the standardised mean differences of numpy', () => {
    const half = shift.earlier.length;
    const part = (from: number, to: number): Matrix => ({
      ...x,
      rows: to - from,
      values: x.values.slice(from * x.cols, to * x.cols),
    });
    const found = profileShift(
      { x: part(0, half), labels: labelsOf(shift.earlier) },
      { x: part(half, x.rows), labels: labelsOf(shift.later) },
      shift.k,
    );
    found.forEach((row, p) => row.forEach((value, j) => near(value, shift.d[p][j])));
  });
});

it.each(reference.strengths)(
  'prediction strength equals the share of pairs counted one by one (k=$k)',
  ({ own, predicted, k, perCluster, value }) => {
    const found = predictionStrength(labelsOf(own), labelsOf(predicted), k);
    found.perCluster.forEach((share, c) => near(share, perCluster[c]));
    near(found.value, value);
  },
);

it.each(reference.adjustedRand)('the adjusted Rand index equals scikit-learn ($value)', ({ a, b, value }) =>
  near(adjustedRandIndex(labelsOf(a), labelsOf(b)), value),
);

it.each(reference.matched)('the mean matched Jaccard equals that of scipy ($ka and $kb clusters)', (pair) =>
  near(hungarianJaccard(labelsOf(pair.a), labelsOf(pair.b), pair.ka, pair.kb).mean, pair.mean),
);

it("a stratified mean and its error equal Cochran's formulas in numpy", () => {
  const { sizes, values, ...expected } = reference.stratified;
  const all = values.flat();
  const stratum = Int32Array.from(values.flatMap((part, h) => part.map(() => h)));
  const found = stratifiedMean(all, { rows: Int32Array.from(all.keys()), stratum, sizes });
  near(found.value, expected.value);
  near(found.standardError, expected.standardError);
});
