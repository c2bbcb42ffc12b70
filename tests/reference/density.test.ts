import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dbscan } from '../../src/core/clustering/density/dbscan';
import { hdbscan } from '../../src/core/clustering/density/hdbscan';
import { hdbscanModel } from '../../src/core/clustering/density/model';
import { predictDensity } from '../../src/core/clustering/density/predict';
import type { ClusterSelection } from '../../src/core/clustering/density/types';
import { squaredDistance } from '../../src/core/clustering/distance';
import { toPoints } from '../../src/core/clustering/points';
import type { Matrix } from '../../src/core/linalg/matrix';
import { adjustedRandIndex } from '../../src/core/validity/rand-index';
import { describeWithShared, shared } from '../support/shared';
import { faithful, iris, onlineRetail, standardise } from './clustering-sets';
import { marketingCore5, marketingCore5Raw, marketingWide15, marketingWide15Raw } from './marketing';

interface Case {
  set: string;
  minClusterSize: number;
  minSamples: number;
  selection: ClusterSelection;
  labels: string;
}
interface Reference {
  alphabet: string;
  hdbscan: (Case & { k: number; agreement: number; noise: [number, number] })[];
  ordered: (Case & { probabilities: number[] | null; probabilitySum: number })[];
  predict: (Case & { step: number; fit: string; probabilities: number[] })[];
  dbscan: { set: string; eps: number; minSamples: number; labels: string; core: string }[];
}

// Made by tests/reference/make/density.py with scikit-learn 1.9.1 and hdbscan 0.8.44.
const reference = JSON.parse(readFileSync(join(__dirname, 'density.json'), 'utf8')) as Reference;
const decode = (labels: string): Int32Array =>
  Int32Array.from(labels, (char) => (char === '.' ? -1 : reference.alphabet.indexOf(char)));
/** Adjusted Rand index with noise as a group of its own. */
const agreement = (a: Int32Array, b: Int32Array): number =>
  adjustedRandIndex(
    a.map((label) => label + 1),
    b.map((label) => label + 1),
  );
const noiseOf = (labels: Int32Array): number => labels.filter((label) => label < 0).length;

describeWithShared('density-based clustering against scikit-learn and hdbscan', () => {
  const sets = new Map<string, Matrix>();
  const points = (name: string) => toPoints(sets.get(name)!);
  /** As in the reference: six decimals, so that both sides have the same numbers. */
  const rounded = (name: string): Matrix => {
    const { values, ...x } = sets.get(name)!;
    return { ...x, values: values.map((value) => Math.round(value * 1e6) / 1e6) };
  };
  beforeAll(async () => {
    sets.set('iris', await iris());
    sets.set('iris standardised', standardise(await iris()));
    sets.set('faithful', await faithful());
    sets.set('faithful standardised', standardise(await faithful()));
    sets.set('online_retail', await onlineRetail());
    sets.set('marketing wide15', await marketingWide15());
    sets.set('marketing core5', await marketingCore5());
  });

  it.each([
    ['wide15', marketingWide15Raw],
    ['core5', marketingCore5Raw],
  ] as const)('the columns %s of marketing_campaign are those of the shared reference', async (name, load) => {
    const expected = (
      JSON.parse(readFileSync(shared('reference/marketing_campaign.json'), 'utf8')) as Record<
        string,
        { n: number; columns: string[]; column_means: number[]; column_sd_population: number[] }
      >
    )[name];
    const { rows, cols, names, values } = await load();
    expect({ rows, names }).toEqual({ rows: expected.n, names: expected.columns });
    for (let j = 0; j < cols; j++) {
      const column = Array.from({ length: rows }, (_, i) => values[i * cols + j]);
      const mean = column.reduce((sum, value) => sum + value, 0) / rows;
      const sd = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
      expect(mean / expected.column_means[j]).toBeCloseTo(1, 10);
      expect(sd / expected.column_sd_population[j]).toBeCloseTo(1, 10);
    }
  });

  /**
   * Half minutes and tenths of minutes: even the Euclidean distances tie, so it is the order of the rows that decides between 33 and 37 rows of noise
   * (of 272), and the rule that removes equal edges at once finds 39.
   */
  const isGrid = ({ set, minClusterSize }: Case): boolean => set === 'faithful' && minClusterSize === 5;
  const stable = reference.hdbscan.filter((one) => one.agreement > 0.99);
  const tied = reference.hdbscan.filter((one) => one.agreement <= 0.99);

  it.each(stable)(
    'HDBSCAN of $set ($minClusterSize, $minSamples, $selection): adjusted Rand index with scikit-learn above 0.99, the same clusters and noise',
    ({ set, k, noise: [least, most], labels, ...options }) => {
      const fit = hdbscan(points(set), options);
      expect(agreement(fit.labels, decode(labels))).toBeGreaterThan(0.99);
      expect(fit.k).toBe(k);
      expect(noiseOf(fit.labels)).toBeGreaterThanOrEqual(least);
      expect(noiseOf(fit.labels)).toBeLessThanOrEqual(most);
    },
  );

  it('scikit-learn agrees with itself on reordered rows to 0.99 in most cases, and there counts the same noise to two rows', () => {
    expect(stable.length).toBeGreaterThanOrEqual(19);
    for (const { noise } of stable) expect(noise[1] - noise[0]).toBeLessThanOrEqual(2);
  });

  it.each(tied)(
    'HDBSCAN of $set ($minClusterSize, $minSamples, $selection), where many distances tie: agrees with scikit-learn no less than it does with itself',
    (one) => {
      const { set, k, noise, labels, agreement: own, ...options } = one;
      const fit = hdbscan(points(set), options);
      expect(agreement(fit.labels, decode(labels))).toBeGreaterThanOrEqual(own - 1e-12);
      expect(fit.k).toBe(k);
      if (isGrid(one)) return;
      expect(noiseOf(fit.labels)).toBeGreaterThanOrEqual(noise[0]);
      expect(noiseOf(fit.labels)).toBeLessThanOrEqual(noise[1]);
    },
  );

  it.each(reference.ordered)(
    'HDBSCAN of $set ($minClusterSize, $minSamples, $selection) is that of scikit-learn, row by row, once its ties are ordered by distance',
    ({ set, labels, probabilities, probabilitySum, ...options }) => {
      const fit = hdbscan(toPoints(rounded(set)), options);
      const expected = decode(labels);
      expect(agreement(fit.labels, expected)).toBe(1);
      expect(noiseOf(fit.labels)).toBe(noiseOf(expected));
      expect(fit.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(probabilitySum, 8);
      probabilities?.forEach((p, i) => expect(Math.abs(fit.probabilities[i] - p)).toBeLessThan(1e-9));
    },
  );

  it('the published numbers of clusters, noise and sizes of the shared reference', () => {
    interface Entry {
      min_cluster_size: number;
      min_samples: number;
      n_clusters: number;
      noise: number;
      sizes: number[];
    }
    type Part = { hdbscan: Entry[] };
    const read = (name: string): unknown => JSON.parse(readFileSync(shared(`reference/${name}.json`), 'utf8'));
    const [flowers, geyser] = [read('iris_clustering'), read('faithful_clustering')] as Record<string, Part>[];
    const marketing = read('marketing_campaign') as Record<string, Part>;
    const published: Record<string, Entry[]> = {
      iris: flowers.raw.hdbscan,
      'iris standardised': flowers.standardised.hdbscan,
      faithful: geyser.raw.hdbscan,
      'faithful standardised': geyser.standardised.hdbscan,
      online_retail: (read('online_retail_clustering') as Part).hdbscan,
      'marketing wide15': marketing.wide15.hdbscan,
      'marketing core5': marketing.core5.hdbscan,
    };
    let same = 0;
    for (const [set, entries] of Object.entries(published)) {
      for (const { min_cluster_size: minClusterSize, min_samples: minSamples, ...expected } of entries) {
        const fit = hdbscan(points(set), { minClusterSize, minSamples });
        expect([set, minClusterSize, minSamples, fit.k]).toEqual([
          set,
          minClusterSize,
          minSamples,
          expected.n_clusters,
        ]);
        const run = stable.find(
          (one) => one.set === set && one.minClusterSize === minClusterSize && one.minSamples === minSamples,
        );
        // Where scikit-learn finds the same whatever the order of the rows.
        if (run === undefined || run.agreement < 0.999) continue;
        same++;
        expect(noiseOf(fit.labels)).toBe(expected.noise);
        expect(fit.sizes).toEqual(expected.sizes);
      }
    }
    expect(same).toBe(14);
  });

  it('nothing found is a finding: marketing core5 has no cluster at (50, 50)', () => {
    const fit = hdbscan(points('marketing core5'), { minClusterSize: 50, minSamples: 50 });
    expect(fit).toMatchObject({ k: 0, sizes: [], noiseShare: 1 });
  });

  it.each(reference.predict)(
    'new rows of $set ($minClusterSize, $minSamples) get the clusters that approximate_predict gives them, and no higher probability',
    ({ set, step, fit: theirs, labels, probabilities, ...options }) => {
      const x = rounded(set);
      const fit = hdbscan(toPoints(x), options);
      expect(agreement(fit.labels, decode(theirs))).toBeGreaterThan(0.98);
      const rows = probabilities.map((_, q) => q * step);
      const between = Float64Array.from(
        rows.flatMap((row) =>
          Array.from({ length: x.cols }, (_, j) => (x.values[row * x.cols + j] + x.values[(row + 1) * x.cols + j]) / 2),
        ),
      );
      const assigned = predictDensity(
        hdbscanModel(toPoints(x), fit, options),
        toPoints({ ...x, rows: rows.length, values: between }),
      );
      const expected = decode(labels);
      expect(agreement(assigned.cluster, expected)).toBe(1);
      expect(noiseOf(assigned.cluster)).toBe(noiseOf(expected));
      // They let a row stay in a cluster after its neighbour has left; that is the only difference.
      let lower = 0;
      assigned.probability.forEach((p, i) => {
        expect(p).toBeLessThanOrEqual(probabilities[i] + 1e-5);
        if (p < probabilities[i] - 1e-5) lower++;
      });
      expect(lower / rows.length).toBeLessThan(0.2);
    },
  );

  it.each(reference.dbscan)(
    'DBSCAN of $set (eps $eps, $minSamples): core rows, clusters and noise are those of scikit-learn; a border row is within eps of its cluster',
    ({ set, eps, minSamples, labels, core }) => {
      const x = points(set);
      const fit = dbscan(x, { eps, minSamples });
      const expected = decode(labels);
      const cores = Array.from(core, Number);
      expect(Array.from(fit.core)).toEqual(Array.from(cores.keys()).filter((row) => cores[row] === 1));
      expect(
        agreement(
          Int32Array.from(fit.core, (row) => fit.labels[row]),
          Int32Array.from(fit.core, (row) => expected[row]),
        ),
      ).toBe(1);
      expect(Array.from(fit.labels, (label) => label < 0)).toEqual(Array.from(expected, (label) => label < 0));
      fit.labels.forEach((label, row) => {
        if (label < 0 || cores[row] === 1) return;
        const near = fit.core.filter(
          (other) => Math.sqrt(squaredDistance(x.values, row * x.stride, x.values, other * x.stride, x.stride)) <= eps,
        );
        expect(Array.from(near, (other) => fit.labels[other])).toContain(label);
      });
    },
  );
});
