import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINKAGES, type Linkage } from '../../src/contracts/algorithms';
import { cut, cuts } from '../../src/core/clustering/hierarchical/cut';
import { linkage } from '../../src/core/clustering/hierarchical/linkage';
import type { Dendrogram } from '../../src/core/clustering/hierarchical/types';
import { plainKernel } from '../../src/core/clustering/plain-kernel';
import { toPoints, type Points } from '../../src/core/clustering/points';
import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import type { Matrix } from '../../src/core/linalg/matrix';
import { adjustedRandIndex } from '../../src/core/validity/rand-index';
import { testKernels } from '../support/kernels';
import { describeWithShared, shared } from '../support/shared';
import { faithful, iris, onlineRetail } from './clustering-sets';
import { marketingCore5Raw, marketingWide15Raw } from './marketing';

interface Tree {
  sum: number;
  /** All of a small set, else the highest 50, highest first, and every 100th from below. */
  heights?: number[];
  highest?: number[];
  every100th?: number[];
  cuts: { ten: string; together: Record<string, string> };
}
interface Reference {
  sets: Record<
    string,
    { rows: number; scaling: { mean: number[]; sd: number[] } | null; trees: Record<Linkage, Tree> }
  >;
}

// Made by tests/reference/make/hierarchical.py with scipy 1.17.1.
const reference = JSON.parse(readFileSync(join(__dirname, 'hierarchical.json'), 'utf8')) as Reference;
const TOLERANCE = 1e-9;

/** Largest relative difference of two lists of heights; absolute for heights of 0. */
function largestDifference(values: readonly number[], expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length);
  return values.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - expected[i]) / (expected[i] === 0 ? 1 : expected[i])),
    0,
  );
}

/** Standardised with the reference's own means and deviations: eruptions and petals have many equal distances, between which the last bit decides. */
async function standardised(name: string, load: () => Promise<Matrix>): Promise<Matrix> {
  const x = await load();
  const { mean, sd } = reference.sets[name].scaling!;
  return { ...x, values: x.values.map((value, at) => (value - mean[at % x.cols]) / sd[at % x.cols]) };
}

const SETS: readonly (readonly [string, () => Promise<Matrix>])[] = [
  ['iris', iris],
  ['iris_standardised', () => standardised('iris_standardised', iris)],
  ['faithful', faithful],
  ['faithful_standardised', () => standardised('faithful_standardised', faithful)],
  ['online_retail', onlineRetail],
  ['marketing_wide15', () => standardised('marketing_wide15', marketingWide15Raw)],
  ['marketing_core5', () => standardised('marketing_core5', marketingCore5Raw)],
];

/** Both kernels; they part only beyond 2,000 rows, and only for Ward. */
const KERNELS = { f64: plainKernel, simd: createSimdKernel(testKernels()) };
const WAYS = [...LINKAGES.map((method) => [method, 'f64'] as const), ['ward', 'simd'] as const];

describeWithShared.each(SETS)('the dendrogram of %s', (name, load) => {
  let points: Points;
  beforeAll(async () => {
    points = toPoints(await load());
  });

  it.each(WAYS)('has the merge heights of scipy to 1e-9, and its cuts into 2 to 10 (%s, %s)', (method, kernel) => {
    const { rows, trees } = reference.sets[name];
    const expected = trees[method];
    const tree = linkage(points, null, method, KERNELS[kernel]);
    expect(tree.leaves).toBe(rows);
    const heights = Array.from(tree.heights);
    if (expected.heights) expect(largestDifference(heights, expected.heights)).toBeLessThan(TOLERANCE);
    else {
      expect(largestDifference(heights.slice(-50).reverse(), expected.highest!)).toBeLessThan(TOLERANCE);
      const every100th = heights.filter((_, i) => i % 100 === 0);
      expect(largestDifference(every100th, expected.every100th!)).toBeLessThan(TOLERANCE);
    }
    expect(largestDifference([heights.reduce((sum, height) => sum + height, 0)], [expected.sum])).toBeLessThan(
      TOLERANCE,
    );
    const { ten, together } = expected.cuts;
    const ks = Object.keys(together).map(Number);
    expect(ks).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    cuts(tree, ks).forEach((labels, i) => {
      const theirs = Int32Array.from(ten, (label) => Number(together[ks[i]][Number(label)]));
      expect(adjustedRandIndex(labels, theirs)).toBe(1);
    });
  });
});

describeWithShared('Ward against the shared reference', () => {
  interface Known {
    ward_top_merge_heights: number[];
    ward: { k: number; sizes: number[]; within_ss: number }[];
  }
  const known = (path: string): unknown =>
    JSON.parse(readFileSync(shared(`reference/${path}_clustering.json`), 'utf8'));
  type Both = Record<'raw' | 'standardised', Known>;
  const marketing = (): Record<'wide15' | 'core5', Known> => JSON.parse(readFileSync(shared('reference/marketing_campaign.json'), 'utf8')) as Record<'wide15' | 'core5', Known>;
  const KNOWN: Record<string, () => Known> = {
    iris: () => (known('iris') as Both).raw,
    iris_standardised: () => (known('iris') as Both).standardised,
    faithful: () => (known('faithful') as Both).raw,
    faithful_standardised: () => (known('faithful') as Both).standardised,
    online_retail: () => known('online_retail') as Known,
    marketing_wide15: () => marketing().wide15,
    marketing_core5: () => marketing().core5,
  };

  it.each(SETS.flatMap(([name, load]) => [[name, 'f64', load] as const, [name, 'simd', load] as const]))('the 15 highest merges of %s, and the sizes of every cut (%s)', async (name, kernel, load) => {
    const { ward_top_merge_heights: highest, ward } = KNOWN[name]();
    const tree: Dendrogram = linkage(toPoints(await load()), null, 'ward', KERNELS[kernel]);
    expect(largestDifference(Array.from(tree.heights.slice(-15)).reverse(), highest)).toBeLessThan(TOLERANCE);
    expect(ward.length).toBeGreaterThanOrEqual(5);
    for (const { k, sizes } of ward) {
      const ours = new Array<number>(k).fill(0);
      for (const label of cut(tree, k)) ours[label]++;
      expect(ours).toEqual(sizes);
    }
  });
});
