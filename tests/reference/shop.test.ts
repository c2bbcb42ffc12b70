import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createComputePool } from '../../src/adapters/compute';
import type { CandidateSpec } from '../../src/contracts/algorithms';
import { cut } from '../../src/core/clustering/hierarchical/cut';
import { linkage } from '../../src/core/clustering/hierarchical/linkage';
import { DEFAULT_FLOOR } from '../../src/core/clustering/mixture/collapse';
import { toPoints } from '../../src/core/clustering/points';
import type { FitShared, FittedCandidate } from '../../src/core/selection/fit-task';
import { optionsOf } from '../../src/core/selection/fitters';
import { adjustedRandIndex } from '../../src/core/validity/rand-index';
import { bundleThread } from '../adapters/compute/bundle';
import { shopMatrix, type ShopMatrix } from '../support/shop-matrix';

interface Found {
  readonly adjustedRand: number;
}
interface Reference {
  readonly customers: number;
  readonly rows: number;
  readonly columns: readonly string[];
  /** SHA-256 of the exported text. */
  readonly matrix: string;
  readonly behaviours: number;
  readonly kmeans: Found & { readonly inertia: number };
  readonly ward: Found;
  readonly mixture: Readonly<Record<string, Found & { readonly logLikelihood: number; readonly narrowest: number }>>;
  readonly hdbscan: readonly (Found & { readonly minClusterSize: number; readonly minSamples: number; readonly k: number; readonly noise: number })[];
}

const FILE = join(__dirname, 'shop.json');
const EXPORT = process.env.DRAMATIS_SHOP_EXPORT;
// Made by tests/reference/make/shop.py with scikit-learn 1.9.1 from the very matrix that this test fits.
const reference = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Reference) : null;
const CUSTOMERS = Number(process.env.DRAMATIS_SHOP_CUSTOMERS ?? reference?.customers ?? 3000);

// In threads: in the sandbox of the tests the kernels are many times slower.
const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 2 });
afterAll(() => compute.close());

/** One line per customer: the prepared columns to nine decimals, and the planted behaviour. */
const textOf = ({ matrix: { names, cols, rows, values }, behaviours }: ShopMatrix): string =>
  [
    [...names, 'behaviour'].join(','),
    ...Array.from({ length: rows }, (_, i) =>
      [...Array.from(values.subarray(i * cols, (i + 1) * cols), (value) => value.toFixed(9)), behaviours[i]].join(','),
    ),
    '',
  ].join('\n');

describe('the shop’s planted behaviours, found by ours and by scikit-learn on the same matrix', () => {
  let shop: ShopMatrix;
  let text: string;
  beforeAll(async () => {
    shop = await shopMatrix(CUSTOMERS);
    text = textOf(shop);
    if (EXPORT !== undefined) writeFileSync(EXPORT, text);
  }, 240_000);

  const fitsOf = (...specs: CandidateSpec[]): Promise<FittedCandidate[]> => {
    const { config, matrix } = shop;
    const modeling = { ...config.modeling, restarts: 20 };
    const shared: FitShared = { sample: toPoints(matrix), all: null, options: optionsOf(modeling, config.objective.granularity, matrix.names) };
    return compute.map<CandidateSpec[], FittedCandidate[]>('selection.fit', specs.map((spec) => [spec]), { shared }).then((fits) => fits.flat());
  };

  /** Over the customers with a planted behaviour; those in no cluster are a group of their own. */
  function truthOf({ labels }: Pick<FittedCandidate, 'labels'>): number {
    const levels = [...new Set(shop.behaviours)].filter((behaviour) => behaviour !== '').sort();
    const rows = shop.behaviours.flatMap((behaviour, i) => (behaviour === '' ? [] : [i]));
    return adjustedRandIndex(
      Int32Array.from(rows, (row) => levels.indexOf(shop.behaviours[row])),
      Int32Array.from(rows, (row) => labels[row] + 1),
    );
  }

  if (EXPORT !== undefined) it('is exported', () => expect(existsSync(EXPORT)).toBe(true));
  else {
    const theirs = reference!;
    const k = theirs.behaviours;

    it('is the matrix of the reference', () => {
      expect([shop.matrix.rows, shop.matrix.names]).toEqual([theirs.rows, theirs.columns]);
      expect(createHash('sha256').update(text).digest('hex')).toBe(theirs.matrix);
    });

    it('k-means: the same solution, so the same adjusted Rand index', async () => {
      const [fit] = await fitsOf({ algorithm: 'kmeans', k });
      expect(fit.inertia).toBeLessThanOrEqual(theirs.kmeans.inertia * 1.0001);
      expect(Math.abs(truthOf(fit) - theirs.kmeans.adjustedRand)).toBeLessThan(0.005);
    });

    it('Ward: the same tree, so the same adjusted Rand index; who is nearest to which centre, as published, within 0.02 of it', async () => {
      const labels = cut(linkage(toPoints(shop.matrix), null, 'ward'), k);
      expect(truthOf({ labels })).toBeCloseTo(theirs.ward.adjustedRand, 9);
      const [published] = await fitsOf({ algorithm: 'hierarchical', linkage: 'ward', k });
      expect(truthOf(published)).toBeGreaterThan(theirs.ward.adjustedRand - 0.02);
    });

    it.each([
      ['VVI', 'diag'],
      ['EEE', 'tied'],
    ] as const)('mixture %s: at least the likelihood of GaussianMixture (%s), and the behaviours as well', async (model, theirModel) => {
      const [fit] = await fitsOf({ algorithm: 'mixture', model, k });
      const { logLikelihood, adjustedRand } = theirs.mixture[theirModel];
      expect(fit.failure).toBeNull();
      expect(fit.mixture!.logLikelihood).toBeGreaterThanOrEqual(logLikelihood - 1e-3 * Math.abs(logLikelihood));
      expect(truthOf(fit)).toBeGreaterThanOrEqual(adjustedRand - 0.01);
    });

    it('mixture VVV: GaussianMixture (full) takes a component without width for the best; ours has none and finds more of the behaviours', async () => {
      const { full } = theirs.mixture;
      expect(full.narrowest).toBeLessThan(DEFAULT_FLOOR);
      const [fit] = await fitsOf({ algorithm: 'mixture', model: 'VVV', k });
      expect(fit.mixture!.logLikelihood).toBeLessThan(full.logLikelihood);
      expect(truthOf(fit)).toBeGreaterThan(full.adjustedRand + 0.1);
    });

    it.each(theirs.hdbscan)('HDBSCAN ($minClusterSize, $minSamples): as many clusters, as much noise, the same index', async ({ minClusterSize, minSamples, k: found, noise, adjustedRand }) => {
      const [fit] = await fitsOf({ algorithm: 'density', method: 'hdbscan', minClusterSize, minSamples });
      expect(fit.k).toBe(found);
      expect(Math.abs(fit.unassigned / shop.matrix.rows - noise)).toBeLessThan(0.01);
      expect(Math.abs(truthOf(fit) - adjustedRand)).toBeLessThan(0.01);
    });
  }
});
