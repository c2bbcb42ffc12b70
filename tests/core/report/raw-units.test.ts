import type { ColumnPreparation, Preprocessing } from '../../../src/contracts/model';
import { applyPreprocessing } from '../../../src/core/prepare/apply';
import { rawAt, rawPoint } from '../../../src/core/report/raw-units';
import { stream } from '../../support/report-fixture/numbers';

const SEASONS = ['spring', 'summer', 'autumn', 'winter'];

const column = (over: Partial<ColumnPreparation> & Pick<ColumnPreparation, 'column'>): ColumnPreparation => ({
  from: [over.column],
  basis: { kind: 'identity' },
  impute: { method: 'median', value: 0, cells: 0 },
  winsorise: { lower: null, upper: null, cells: 0 },
  transform: { kind: 'none', skewness: 0 },
  scale: { mean: 0.3, sd: 1.7 },
  ...over,
});

const yeoJohnson = (name: string, lambda: number): ColumnPreparation =>
  column({ column: name, transform: { kind: 'yeo-johnson', lambda, skewness: 3, after: 0 } });

const columns: readonly ColumnPreparation[] = [
  column({ column: 'days' }),
  column({ column: 'orders', transform: { kind: 'log1p', skewness: 3, after: 0 } }),
  yeoJohnson('low', -0.4),
  yeoJohnson('zero', 0),
  yeoJohnson('high', 1.6),
  yeoJohnson('two', 2),
  yeoJohnson('beyond', 2.5),
  column({
    column: 'rate',
    basis: { kind: 'logit', pseudoCount: 0.01 },
    transform: { kind: 'yeo-johnson', lambda: 0.6, skewness: 2, after: 0 },
  }),
  ...SEASONS.slice(1).map((_, i) =>
    column({ column: `season_ilr_${i + 1}`, from: SEASONS, basis: { kind: 'ilr', pivot: i + 1, pseudoCount: 0.01 } }),
  ),
];
const preprocessing: Pick<Preprocessing, 'columns'> = { columns };

it('undoes what preparing a row does, for every basis and transform', () => {
  const next = stream(5);
  for (let trial = 0; trial < 50; trial++) {
    const weights = SEASONS.map(() => next() ** 2);
    const whole = weights.reduce((sum, value) => sum + value, 0);
    const row: Record<string, number> = {
      days: 400 * next() - 100,
      orders: 40 * next(),
      low: 3 * next(),
      zero: 6 * next() - 3,
      high: 6 * next() - 3,
      two: 6 * next() - 3,
      beyond: 6 * next() - 3,
      rate: next(),
      ...Object.fromEntries(SEASONS.map((season, i) => [season, weights[i] / whole])),
    };
    const point = rawPoint(
      preprocessing,
      Array.from(applyPreprocessing({ ...preprocessing, dropped: [], correlation: [], rows: 1 }, row)),
    );
    expect([...point.keys()].sort()).toEqual(Object.keys(row).sort());
    for (const [feature, value] of point) expect(value).toBeCloseTo(row[feature], 9);
  }
});

it('gives parts of a whole that sum to 1', () => {
  const next = stream(9);
  for (let trial = 0; trial < 20; trial++) {
    const point = rawPoint(
      preprocessing,
      columns.map(() => 6 * next() - 3),
    );
    expect(SEASONS.reduce((sum, season) => sum + (point.get(season) ?? 0), 0)).toBeCloseTo(1, 12);
    for (const season of SEASONS) expect(point.get(season)).toBeGreaterThanOrEqual(0);
  }
});

it('leaves the parts out where one of their coordinates is not in the model', () => {
  const point = rawPoint(
    { columns: columns.slice(0, -1) },
    columns.slice(0, -1).map(() => 0),
  );
  expect([...point.keys()]).toEqual(['days', 'orders', 'low', 'zero', 'high', 'two', 'beyond', 'rate']);
});

it('stays within the winsorising limits, and is a number even where no value has the transform’s', () => {
  const limited = { ...yeoJohnson('low', -0.4), winsorise: { lower: 0.2, upper: 30, cells: 4 } };
  // A transform with λ = −0.4 stays below 1 / 0.4; further out no value leads.
  expect([-9, 9].map((z) => rawAt(limited, z))).toEqual([0.2, 30]);
  expect(
    rawAt(
      column({
        column: 'log',
        winsorise: { lower: 0, upper: 50, cells: 0 },
        transform: { kind: 'log1p', skewness: 2, after: 0 },
      }),
      -9,
    ),
  ).toBe(0);
});

it('says nothing of a log-ratio alone', () => expect(rawAt(columns[columns.length - 1], 0.4)).toBeNull());
