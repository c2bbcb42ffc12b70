import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kmeans } from '../../src/core/clustering/kmeans/kmeans';
import { toPoints } from '../../src/core/clustering/points';
import type { Matrix } from '../../src/core/linalg/matrix';
import { principalComponents } from '../../src/core/linalg/pca';
import { dispersion } from '../../src/core/validity/dispersion';
import { kneedle } from '../../src/core/validity/elbow';
import { calinskiHarabasz, daviesBouldin } from '../../src/core/validity/indices';
import { adjustedRandIndex } from '../../src/core/validity/rand-index';
import { silhouettes } from '../core/validity/silhouettes';
import { describeWithShared, shared } from '../support/shared';
import { faithful, iris, onlineRetail, standardise } from './clustering-sets';
import { marketingCore5, marketingWide15 } from './marketing';

interface Labelled {
  k: number;
  labels: string;
  inertia: number;
  silhouette: number;
  calinskiHarabasz: number;
  daviesBouldin: number;
}
interface Reference {
  sets: Record<
    string,
    {
      rows: number;
      labelled: Labelled[];
      adjustedRand: number;
      pca: { eigenvalues: number[]; explained: number[]; upToSign: number[][] };
    }
  >;
  knees: { x: number[]; y: number[]; knee: number | null }[];
}

// Made by tests/reference/make/clustering.py with scikit-learn 1.9.1 and kneed 0.9.0.
const reference = JSON.parse(readFileSync(join(__dirname, 'clustering.json'), 'utf8')) as Reference;
const labelsOf = (digits: string): Int32Array => Int32Array.from(digits, Number);
const relative = (value: number, expected: number): number => Math.abs(value - expected) / Math.abs(expected);

describe('kneedle', () => {
  it.each(reference.knees)('finds the knee that kneed finds ($knee)', ({ x, y, knee }) => {
    expect(kneedle(x, y)).toBe(knee);
  });
});

describeWithShared.each([
  ['iris', iris, standardise],
  ['faithful', faithful, standardise],
  ['online_retail', onlineRetail, (x: Matrix) => x],
] as const)('validity and components of %s', (name, load, scaled) => {
  const expected = reference.sets[name];
  let x: Matrix;
  beforeAll(async () => {
    x = await load();
  });

  it.each(expected.labelled)(
    'silhouette, Calinski-Harabasz, Davies-Bouldin and inertia of given labels equal scikit-learn to 1e-9 (k=$k)',
    ({ k, labels: digits, ...indices }) => {
      const labels = labelsOf(digits);
      expect(x.rows).toBe(expected.rows);
      expect(relative(dispersion(x, labels, k).within, indices.inertia)).toBeLessThan(1e-9);
      expect(relative(calinskiHarabasz(x, labels, k), indices.calinskiHarabasz)).toBeLessThan(1e-9);
      expect(relative(daviesBouldin(x, labels, k), indices.daviesBouldin)).toBeLessThan(1e-9);
      expect(Math.abs(silhouettes(toPoints(x), [{ k, labels }])[0] - indices.silhouette)).toBeLessThan(1e-9);
    },
  );

  it('silhouettes of several labellings at once equal those one by one', () => {
    const labelings = expected.labelled.map(({ k, labels }) => ({ k, labels: labelsOf(labels) }));
    silhouettes(toPoints(x), labelings).forEach((value, i) =>
      expect(Math.abs(value - expected.labelled[i].silhouette)).toBeLessThan(1e-9),
    );
  });

  it('the adjusted Rand index of two of the labellings equals scikit-learn', () => {
    const [a, b] = expected.labelled.map(({ labels }) => labelsOf(labels));
    expect(adjustedRandIndex(a, b)).toBeCloseTo(expected.adjustedRand, 12);
  });

  it('eigenvalues, explained shares and loadings up to sign equal scikit-learn to 1e-8', () => {
    const { eigenvalues, explained, components } = principalComponents(scaled(x));
    expected.pca.eigenvalues.forEach((value, c) => {
      expect(relative(eigenvalues[c], value)).toBeLessThan(1e-8);
      expect(relative(explained[c], expected.pca.explained[c])).toBeLessThan(1e-8);
      const theirs = expected.pca.upToSign[c];
      const sign = Math.sign(components[c].reduce((sum, loading, j) => sum + loading * theirs[j], 0));
      components[c].forEach((loading, j) => expect(Math.abs(sign * loading - theirs[j])).toBeLessThan(1e-8));
    });
  });
});

describeWithShared('k-means against the best known solutions', () => {
  interface Known {
    kmeans: { k: number; best_known_inertia: number }[];
  }
  const known = (path: string): unknown => JSON.parse(readFileSync(shared(path), 'utf8'));
  const address = { seed: 0, stage: 'selection', use: 'seeding', candidate: 0, block: 0 } as const;

  it.each([
    ['online_retail', onlineRetail, () => known('reference/online_retail_clustering.json') as Known],
    ['marketing_campaign, fifteen columns', marketingWide15, () => (known('reference/marketing_campaign.json') as { wide15: Known }).wide15],
    ['marketing_campaign, five columns', marketingCore5, () => (known('reference/marketing_campaign.json') as { core5: Known }).core5],
    ['iris', iris, () => (known('reference/iris_clustering.json') as { raw: Known }).raw],
    ['faithful', faithful, () => (known('reference/faithful_clustering.json') as { raw: Known }).raw],
    ['iris standardised', async () => standardise(await iris()), () => (known('reference/iris_clustering.json') as { standardised: Known }).standardised],
    ['faithful standardised', async () => standardise(await faithful()), () => (known('reference/faithful_clustering.json') as { standardised: Known }).standardised],
  ] as const)(
    '20 restarts reach at most 1.001 of the best known inertia of %s for every k of the reference',
    async (_, load, best) => {
      const points = toPoints(await load());
      const ks = best().kmeans;
      expect(ks.length).toBeGreaterThanOrEqual(5);
      for (const { k, best_known_inertia: inertia } of ks) {
        const fit = kmeans(points, null, k, 20, { ...address, candidate: k });
        expect(fit.converged).toBe(true);
        expect(fit.inertia).toBeLessThanOrEqual(1.001 * inertia);
      }
    },
  );
});
