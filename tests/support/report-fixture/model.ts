import type { ColumnPreparation, Preprocessing } from '../../../src/contracts/model';
import type { PcaReport } from '../../../src/contracts/selection';
import type { OutlierColumn } from '../../../src/core/report/outliers';
import { normal, stream } from './numbers';
import { CUSTOMERS, PERSONAS } from './plan';

const SEASONS = ['season_spring', 'season_summer', 'season_autumn', 'season_winter'];
const MIX = ['mix_christmas', 'mix_kitchen', 'mix_bags', 'mix_decoration', 'mix_other'];

const plainColumn = (
  column: string,
  lower: number,
  upper: number,
  skewness: number,
  after: number,
  mean: number,
  sd: number,
): ColumnPreparation => ({
  column,
  from: [column],
  basis: { kind: 'identity' },
  impute: { method: 'median', value: 0, cells: 0 },
  winsorise: { lower, upper, cells: 44 },
  transform: { kind: 'log1p', skewness, after },
  scale: { mean, sd },
});

const ratios = (whole: string, from: readonly string[]): ColumnPreparation[] =>
  from.slice(1).map((_, i) => ({
    column: `${whole}_ilr_${i + 1}`,
    from,
    basis: { kind: 'ilr', pivot: i + 1, pseudoCount: 0.01 },
    impute: { method: 'median', value: -0.21, cells: 0 },
    winsorise: { lower: -3.1, upper: 3.3, cells: i === 0 ? 9 : 31 },
    transform: { kind: 'none', skewness: 0.41 - i * 0.2 },
    scale: { mean: -0.18 + i * 0.1, sd: 1.22 },
  }));

export function preprocessingOf(): Preprocessing {
  const columns: ColumnPreparation[] = [
    plainColumn('recency_days', 0, 373, 1.25, -0.37, 3.83, 1.34),
    plainColumn('frequency', 1, 34, 4.71, 0.88, 1.35, 0.67),
    plainColumn('monetary', 20.8, 19_880.1, 6.92, 0.31, 6.58, 1.24),
    plainColumn('average_order_value', 14.9, 1_928.4, 3.88, -0.22, 5.62, 0.85),
    plainColumn('distinct_products', 1, 402, 2.61, -0.19, 3.52, 1.08),
    {
      column: 'return_rate',
      from: ['return_rate'],
      basis: { kind: 'logit', pseudoCount: 0.01 },
      impute: { method: 'median', value: -4.6, cells: 0 },
      winsorise: { lower: -4.62, upper: 2.4, cells: 22 },
      transform: { kind: 'yeo-johnson', lambda: -0.42, skewness: 1.72, after: 0.93 },
      scale: { mean: -3.4, sd: 1.3 },
    },
    ...ratios('seasonality', SEASONS),
    ...ratios('product_mix', MIX),
  ];
  const next = stream(7);
  const d = columns.length;
  const upper = Array.from({ length: d }, () =>
    Array.from({ length: d }, () => Math.round((next() - 0.5) * 1.1 * 1000) / 1000),
  );
  const correlation = upper.map((row, i) => row.map((_, j) => (i === j ? 1 : upper[Math.min(i, j)][Math.max(i, j)])));
  return {
    columns,
    dropped: [
      { column: 'basket_units', reason: 'redundant', evidence: '|ρ| = 0.93 with average_order_value' },
      { column: 'night_share', reason: 'near-constant', evidence: '99.1 % of the customers have the value 0' },
    ],
    correlation,
    rows: CUSTOMERS,
  };
}

/** Boxes around the limits; whiskers before reach beyond them, after they end there. */
export const outliersOf = ({ columns }: Preprocessing): OutlierColumn[] =>
  columns.map((column) => {
    const { lower, upper } = column.winsorise as { lower: number; upper: number };
    const skewed = column.transform.kind === 'log1p';
    const at = (p: number): number =>
      skewed
        ? Math.expm1(Math.log1p(lower) + p * (Math.log1p(upper) - Math.log1p(lower)))
        : lower + p * (upper - lower);
    const middle = { q1: at(0.3), median: at(0.46), q3: at(0.63) };
    return {
      column: column.column,
      basis: column.basis.kind,
      values: CUSTOMERS,
      before: { low: skewed ? lower : lower - 0.4, ...middle, high: skewed ? upper * 2.6 : upper + 0.9 },
      after: { low: lower, ...middle, high: upper },
    };
  });

/** @param unassigned Customers of no persona: as many of each hundred as they are, spread widely. */
export function pcaOf({ columns }: Preprocessing, unassigned = 0): PcaReport {
  const names = columns.map((c) => c.column);
  const d = names.length;
  const eigenvalues = Array.from({ length: d }, (_, i) => 4.3 * 0.74 ** i);
  const total = eigenvalues.reduce((sum, v) => sum + v, 0);
  const next = stream(11);
  const components = Array.from({ length: d }, (_, i) => {
    const raw = Array.from({ length: d }, (_, j) =>
      i === 0 && j < 5 ? [-0.42, 0.51, 0.54, 0.2, 0.46][j] : i === 1 && j === 9 ? 0.72 : (next() - 0.5) * 0.3,
    );
    const norm = Math.sqrt(raw.reduce((sum, v) => sum + v * v, 0));
    return raw.map((v) => v / norm);
  });
  const centres = [
    [-1.5, -0.3],
    [2.7, -0.2],
    [-1.9, -1.2],
    [-0.1, 2.6],
    [1.4, 1.1],
  ];
  const scatter = PERSONAS.flatMap(({ customers }, cluster) =>
    Array.from({ length: Math.round((customers / CUSTOMERS) * 2000) }, (): readonly [number, number, number] => [
      centres[cluster][0] + normal(next) * 0.8,
      centres[cluster][1] + normal(next) * 0.7,
      cluster,
    ]),
  );
  scatter.push(
    ...Array.from({ length: Math.round((unassigned / CUSTOMERS) * 2000) }, (): readonly [number, number, number] => [
      normal(next) * 2.6,
      normal(next) * 2.2,
      -1,
    ]),
  );
  return { columns: names, eigenvalues, explained: eigenvalues.map((v) => v / total), components, scatter };
}
