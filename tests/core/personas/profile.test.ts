import fc from 'fast-check';
import type { FeatureSpec } from '../../../src/contracts/features';
import type { ClusterModel, ColumnPreparation, Preprocessing } from '../../../src/contracts/model';
import type { Candidate, SelectionReport } from '../../../src/contracts/selection';
import { prepareConfig } from '../../../src/config/prepare';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { categoryProfiles } from '../../../src/core/personas/categories';
import { quadraticOf } from '../../../src/core/clustering/mixture/quadratic';
import { explain } from '../../../src/core/personas/explain';
import { kpiColumns } from '../../../src/core/personas/kpis';
import { rankCorrelations } from '../../../src/core/personas/likeness';
import { whaleCount } from '../../../src/core/personas/rules';
import { stabilityOf } from '../../../src/core/personas/stability';
import { standings } from '../../../src/core/personas/standing';
import { fitPreprocessing } from '../../../src/core/prepare';

const spec = (name: string, kind: FeatureSpec['kind']): FeatureSpec => ({ name, kind, group: 'test', unit: '', label: name, whole: null, words: null });
const column = (name: string): ColumnPreparation => ({
  column: name, from: [name], basis: { kind: 'identity' }, impute: { method: 'median', value: 0, cells: 0 },
  winsorise: { lower: null, upper: null, cells: 0 }, transform: { kind: 'none', skewness: 0 }, scale: { mean: 0, sd: 1 },
});
const preprocessing = (names: readonly string[]): Preprocessing => ({ columns: names.map(column), dropped: [], correlation: [], rows: 4 });

describe('standings', () => {
  it('match the values worked out by hand, missing values left out', () => {
    const features: Matrix = { rows: 4, cols: 2, names: ['a', 'b'], values: Float64Array.of(0, 1, 2, NaN, 4, 3, 6, 5) };
    const z = standings(features, Int32Array.of(0, 0, 1, 1), 2, preprocessing(['a']));
    // a: mean 3, variance 5; clusters 1 and 5. b over 1 3 5: mean 3, variance 8/3; clusters 1 and 4
    expect(z[0][0]).toBeCloseTo(-2 / Math.sqrt(5), 14);
    expect(z[1][0]).toBeCloseTo(2 / Math.sqrt(5), 14);
    expect(z[0][1]).toBeCloseTo(-2 / Math.sqrt(8 / 3), 14);
    expect(z[1][1]).toBeCloseTo(1 / Math.sqrt(8 / 3), 14);
  });

  it('are on the prepared scale for model columns and 0 where a feature has no spread', () => {
    const features: Matrix = { rows: 4, cols: 2, names: ['a', 'b'], values: Float64Array.of(0, 7, 1, 7, Math.E - 1, 7, Math.E ** 2 - 1, 7) };
    const logged: Preprocessing = { ...preprocessing([]), columns: [{ ...column('a'), transform: { kind: 'log1p', skewness: 2, after: 0 } }] };
    const z = standings(features, Int32Array.of(0, 0, 1, 1), 2, logged);
    // log1p: 0, ln 2, 1, 2
    const logs = [0, Math.log(2), 1, 2];
    const mean = (3 + Math.log(2)) / 4;
    const sd = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4);
    expect(z[1][0]).toBeCloseTo((1.5 - mean) / sd, 12);
    expect(z.map(([, b]) => b)).toEqual([0, 0]);
  });
});

it('rank correlations are those of Spearman, ties at their mean rank', () => {
  // ranks of a: 1 2.5 2.5 4, of b: 4 2 3 1; Pearson of the ranks is -4.5 / sqrt(4.5 * 5)
  const [[self, rho]] = rankCorrelations({ rows: 4, cols: 2, names: ['a', 'b'], values: Float64Array.of(1, 40, 5, 20, 5, 30, 100, 10) });
  expect(self).toBeCloseTo(1, 14);
  expect(rho).toBeCloseTo(-4.5 / Math.sqrt(22.5), 14);
});

describe('category profiles', () => {
  const levels = (counts: Record<string, number[]>) => Object.entries(counts).flatMap(([level, row]) => row.map((customers, cluster) => ({ feature: 'country', level, cluster, customers })));
  const of = (counts: Record<string, number[]>, sizes: number[]) =>
    categoryProfiles([spec('country', 'category')], levels(counts), sizes, 11).map(([{ levels: shown }]) => Object.fromEntries(shown.map(({ level, share }) => [level, share])));

  it('give the share of each level in the persona and in the base', () => {
    const [[first]] = categoryProfiles([spec('country', 'category')], levels({ UK: [60, 20], FR: [40, 80] }), [100, 100], 11);
    expect(first).toEqual({ feature: 'country', label: 'country', levels: [{ level: 'FR', share: 0.4, base: 0.6 }, { level: 'UK', share: 0.6, base: 0.4 }] });
  });

  it('suppress cells below kMin, and enough others that none can be worked out', () => {
    const [first, second] = of({ UK: [80, 50], FR: [15, 30], DE: [5, 20] }, [100, 100]);
    // DE in the first is too small; with it goes the next smallest of its row (FR), and of its column the only other
    expect(first).toEqual({ UK: 0.8, FR: null, DE: null });
    expect(second).toEqual({ UK: 0.5, FR: null, DE: null });
  });

  it('never leave a single suppressed cell in a row or column of the table', () => {
    const counts = fc.array(fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 11, max: 99 })), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(counts, (table) => {
        const named = Object.fromEntries(table.map((row, l) => [`L${l}`, row]));
        const shown = of(named, [0, 1, 2].map((c) => table.reduce((sum, row) => sum + row[c], 0) + 1));
        const hidden = Object.keys(shown[0]).map((level) => shown.map((shares) => shares[level] === null));
        const lines = [...hidden, ...[0, 1, 2].map((c) => hidden.map((row) => row[c]))];
        for (const line of lines) if (line.length > 1) expect(line.filter(Boolean)).not.toHaveLength(1);
      }),
    );
  });

  it('of 10,000 levels show the 50 most common, the others together', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, l) => [`L${String(l).padStart(4, '0')}`, [12 + (l % 100), 24]]));
    const rows = Object.values(many);
    const sizes = [0, 1].map((c) => rows.reduce((sum, row) => sum + row[c], 0));
    const [[first], [second]] = categoryProfiles([spec('country', 'category')], levels(many), sizes, 11);
    expect(first.levels).toHaveLength(51);
    expect(first.levels[0].level).toBe('(rare)');
    expect(first.levels[1]).toEqual({ level: 'L0099', share: 111 / sizes[0], base: 135 / (sizes[0] + sizes[1]) });
    for (const { levels: shown } of [first, second]) expect(shown.reduce((sum, { share }) => sum + share!, 0)).toBeCloseTo(1, 9);
  });

  it('pool levels that are rare in the base, or leave the pool out where it is rare too', () => {
    expect(of({ UK: [50, 50], MT: [6, 0], LU: [0, 6] }, [56, 56])[0]).toHaveProperty('(rare)', null);
    expect(Object.keys(of({ UK: [50, 50], MT: [6, 0] }, [56, 50])[0])).toEqual(['UK']);
  });
});

describe('KPIs', () => {
  const report = { currency: 'EUR', features: [spec('frequency', 'count'), spec('country', 'category')] };

  it('are revenue and features', () => {
    expect(kpiColumns(['revenue', 'frequency'], report)).toEqual([{ kpi: 'revenue', label: 'Revenue', unit: 'EUR' }, { kpi: 'frequency', label: 'frequency', unit: '' }]);
  });

  it('that are unknown or categories are refused by name', () => {
    expect(() => kpiColumns(['frequencies'], report)).toThrow('objective.kpis: "frequencies" is neither "revenue" nor a feature. Did you mean "frequency"?');
    expect(() => kpiColumns(['country'], report)).toThrow('"country" is a category');
  });
});

it('whales are the top share rounded up', () => {
  const of = (topShare: number, n: number) => whaleCount({ whales: { topShare } } as Parameters<typeof whaleCount>[0], n);
  // 0.07 x 100 is 7.000000000000001 in floating point
  expect([of(0.01, 4339), of(0.07, 100), of(0.01, 20), of(0, 100), of(1, 5)]).toEqual([44, 7, 1, 0, 5]);
});

describe('stability', () => {
  const model = { algorithm: 'kmeans', k: 2, centroids: [[0, 0], [5, 5]] } as unknown as ClusterModel;
  const measured = (jaccard: number) => ({ jaccard, dissolved: 0, recovered: 1, label: 'stable' as const });

  it('comes from the chosen candidate and not another model of the same k; its clusters may be in another order', () => {
    const candidates = [
      { status: 'lost', algorithm: 'kmeans', k: 2, centroids: [[0, 0], [5, 5]], stability: [measured(0.1), measured(0.2)] },
      { status: 'chosen', algorithm: 'kmeans', k: 2, centroids: [[5.1, 5], [0.1, 0]], stability: [measured(0.9), measured(0.8)] },
    ] as unknown as Candidate[];
    expect(stabilityOf(model, { candidates } as unknown as SelectionReport).map(({ jaccard }) => jaccard)).toEqual([0.8, 0.9]);
  });

  it('is not measured where the selection has no figure', () => {
    expect(stabilityOf(model, { candidates: [] } as unknown as SelectionReport)[0]).toEqual({ jaccard: null, label: 'not measured' });
  });
});

describe('explain', () => {
  const rows = Array.from({ length: 200 }, (_, i) => ({ recency_days: i % 90, frequency: 1 + ((i * 7) % 13), monetary: ((i * 31) % 200) + 5 }));
  const names = ['recency_days', 'frequency', 'monetary'];
  const features: Matrix = { rows: 200, cols: 3, names, values: Float64Array.from(rows.flatMap((row) => [row.recency_days, row.frequency, row.monetary])) };
  const fitted = fitPreprocessing(features, names.map((name) => spec(name, 'number')), names, prepareConfig.parse({}));
  // centroids whose weighted mean is the mean of the data (0), as k-means leaves them
  const centroids = [[0.6, -0.3, 0.2], [-0.6, 0.5, 0.4], [-0.6, 0, -1.1]];
  const model: ClusterModel = {
    format: 3, algorithm: 'kmeans', model: null, k: 3, preprocessing: fitted, sizes: [100, 60, 40], unassigned: 0, inertia: 300, seed: 0,
    centroids,
    solution: { kind: 'centroids', centroids },
  };

  it('splits the margin exactly by column, base included', () => {
    for (const row of rows) {
      const { margin, base, contributions, probability } = explain(model, row);
      expect(contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(margin, 10);
      expect(contributions.reduce((sum, entry) => sum + entry.base, 0)).toBeCloseTo(base, 10);
      expect(margin).toBeGreaterThanOrEqual(0);
      expect(probability).toBeGreaterThan(1 / 3);
    }
  });

  it('gives as contribution minus base the Shapley value by brute force over all customers', () => {
    const { cluster, runnerUp, contributions } = explain(model, rows[17]);
    const prepared = (row: (typeof rows)[number]) => fitted.columns.map((_, j) => explain(model, row).contributions.find(({ column: c }) => c === fitted.columns[j].column)?.prepared ?? NaN);
    const [own, other] = [model.centroids[cluster], model.centroids[runnerUp]];
    const margin = (x: number[]) => x.reduce((sum, v, j) => sum + (v - other[j]) ** 2 - (v - own[j]) ** 2, 0);
    const x = prepared(rows[17]);
    const background = rows.map(prepared);
    // value of a coalition: the mean margin with its columns from the customer and the others from the background
    const value = (coalition: number) => background.reduce((sum, b) => sum + margin(x.map((v, j) => ((coalition >> j) & 1 ? v : b[j]))), 0) / background.length;
    const d = x.length;
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    fitted.columns.forEach((entry, j) => {
      let shapley = 0;
      for (let s = 0; s < 1 << d; s++) {
        if ((s >> j) & 1) continue;
        const size = [...s.toString(2)].filter((bit) => bit === '1').length;
        shapley += ((factorial(size) * factorial(d - size - 1)) / factorial(d)) * (value(s | (1 << j)) - value(s));
      }
      const found = contributions.find(({ column: c }) => c === entry.column);
      expect((found?.contribution ?? 0) - (found?.base ?? 0)).toBeCloseTo(shapley, 8);
    });
  });

  it('shows raw values and says what is missing', () => {
    const { contributions } = explain(model, { recency_days: 3, frequency: null });
    const raw = Object.fromEntries(contributions.flatMap(({ from }) => from.map(({ feature, value }) => [feature, value])));
    expect(raw).toEqual({ recency_days: 3, frequency: null, monetary: null });
  });

  it('of a mixture: contributions add up to twice the log odds but for a constant, and are the Shapley values by brute force', () => {
    const mixture = {
      model: 'VVV',
      proportions: [0.5, 0.3, 0.2],
      means: centroids,
      covariances: [
        [[0.5, 0.2, 0.1], [0.2, 0.6, 0], [0.1, 0, 0.4]],
        [[0.3, -0.1, 0], [-0.1, 0.9, 0.2], [0, 0.2, 0.7]],
        [[0.8, 0, 0.3], [0, 0.4, 0.1], [0.3, 0.1, 0.5]],
      ],
    };
    const soft: ClusterModel = { ...model, algorithm: 'mixture', model: 'VVV', solution: { kind: 'mixture', mixture } };
    const f = (x: readonly number[], [own, other]: readonly [number, number]): number => value(x, own) - value(x, other);
    const value = (x: readonly number[], c: number): number => {
      const { square, linear } = quadraticOf(mixture, c);
      return x.reduce((sum, xi, i) => sum + linear[i] * xi + x.reduce((inner, xj, j) => inner + square[i][j] * xi * xj, 0), 0);
    };
    // The mixture as background, through its moments: a coalition's value is exact for a quadratic function.
    const m = [0, 1, 2].map((j) => mixture.proportions.reduce((sum, p, c) => sum + p * centroids[c][j], 0));
    const second = (i: number, j: number): number =>
      mixture.proportions.reduce((sum, p, c) => sum + p * (mixture.covariances[c][i][j] + centroids[c][i] * centroids[c][j]), 0);
    const coalition = (x: readonly number[], s: number, [own, other]: readonly [number, number]): number => {
      const [a, b] = [quadraticOf(mixture, own), quadraticOf(mixture, other)];
      const has = (j: number): boolean => ((s >> j) & 1) === 1;
      let sum = 0;
      for (let i = 0; i < 3; i++) {
        sum += (a.linear[i] - b.linear[i]) * (has(i) ? x[i] : m[i]);
        for (let j = 0; j < 3; j++)
          sum += (a.square[i][j] - b.square[i][j]) * (has(i) && has(j) ? x[i] * x[j] : has(i) ? x[i] * m[j] : has(j) ? m[i] * x[j] : second(i, j));
      }
      return sum;
    };
    const { cluster, runnerUp, contributions, margin, of } = explain(soft, rows[17]);
    const x = [0, 1, 2].map((j) => contributions.find(({ column: c }) => c === fitted.columns[j].column)?.prepared ?? NaN);
    expect(of).toBe('log odds');
    expect(margin).toBeCloseTo(f(x, [cluster, runnerUp]), 10);
    const weights = [1 / 3, 1 / 6, 1 / 3];
    for (let j = 0; j < 3; j++) {
      let shapley = 0;
      for (let s = 0; s < 8; s++) {
        if ((s >> j) & 1) continue;
        const size = [...s.toString(2)].filter((bit) => bit === '1').length;
        shapley += weights[size] * (coalition(x, s | (1 << j), [cluster, runnerUp]) - coalition(x, s, [cluster, runnerUp]));
      }
      const found = contributions.find(({ column: c }) => c === fitted.columns[j].column);
      expect((found?.contribution ?? 0) - (found?.base ?? 0)).toBeCloseTo(shapley, 10);
    }
  });
});
