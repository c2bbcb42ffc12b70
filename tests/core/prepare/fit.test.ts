import fc from 'fast-check';
import type { FeatureSpec } from '../../../src/contracts/features';
import type { Preprocessing } from '../../../src/contracts/model';
import { prepareConfig } from '../../../src/config/prepare';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { applyPreprocessing, fitPreprocessing } from '../../../src/core/prepare';
import { moments } from '../../../src/core/prepare/moments';

const spec = (name: string, kind: FeatureSpec['kind'], whole: string | null = null): FeatureSpec => ({
  name, kind, whole, group: 'test', unit: '', label: name, words: null,
});
const SPECS = [
  spec('recency_days', 'days'), spec('frequency', 'count'), spec('monetary', 'amount'), spec('return_rate', 'share'), spec('r_score', 'score'),
  spec('country_group', 'category'), spec('mix_a', 'part', 'product_mix'), spec('mix_b', 'part', 'product_mix'), spec('mix_c', 'part', 'product_mix'),
];
const config = (change: object = {}) => prepareConfig.parse(change);
const off = { winsorise: { lower: 0, upper: 1 }, transform: 'none' };

function table(columns: Record<string, readonly number[]>): Matrix {
  const names = Object.keys(columns);
  const rows = columns[names[0]].length;
  return { rows, cols: names.length, names, values: Float64Array.from({ length: rows * names.length }, (_, i) => columns[names[i % names.length]][Math.floor(i / names.length)]) };
}

/** A repeatable spread of values in [0, 1): no chance involved. */
const spread = (i: number, step: number): number => (i * step) % 1;

function customers(n: number): Matrix {
  const rows = Array.from({ length: n }, (_, i) => i);
  const a = rows.map((i) => spread(i, 0.754877));
  const b = rows.map((i, r) => (1 - a[r]) * spread(i, 0.569840));
  return table({
    recency_days: rows.map((i) => Math.floor(365 * spread(i, 0.618034))),
    frequency: rows.map((i) => 1 + Math.floor(-6 * Math.log(1 - spread(i, 0.414214)))),
    monetary: rows.map((i) => (i % 97 === 0 ? -20 : 1) * Math.exp(7 * spread(i, 0.732051))),
    return_rate: rows.map((i) => (i % 11 === 0 ? NaN : spread(i, 0.324718))),
    mix_a: a,
    mix_b: b,
    mix_c: rows.map((_, r) => 1 - a[r] - b[r]),
  });
}
const MODEL = ['recency_days', 'frequency', 'monetary', 'return_rate', 'product_mix'];

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string; details: Record<string, unknown> };
  }
  throw new Error('it did not fail');
};

describe('names of features.model', () => {
  const fit = (model: string[]) => () => fitPreprocessing(customers(50), SPECS, model, config());

  it('enter as themselves, as a logit, or as D - 1 log-ratios', () => {
    const { columns } = fitPreprocessing(customers(500), SPECS, MODEL, config({ redundant: 1 }));
    expect(columns.map(({ column, basis }) => `${column}:${basis.kind}`)).toEqual([
      'recency_days:identity', 'frequency:identity', 'monetary:identity', 'return_rate:logit', 'product_mix_ilr_1:ilr', 'product_mix_ilr_2:ilr',
    ]);
    expect(columns[5].from).toEqual(['mix_a', 'mix_b', 'mix_c']);
  });

  it('that are unknown are refused with the nearest ones', () => {
    const error = codeOf(fit(['recency_days', 'monetery']));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', details: { path: 'features.model', value: 'monetery', nearest: ['monetary'] } });
    expect(error.message).toContain('Did you mean "monetary"?');
  });

  it.each([
    ['country_group', 'is a category'],
    ['r_score', 'is a score'],
    ['mix_a', 'Name "product_mix" instead'],
  ])('refuses %s: it %s', (name, message) => {
    const error = codeOf(fit([name]));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(message);
  });

  it('are refused where one is listed twice', () => {
    expect(codeOf(fit(['frequency', 'frequency'])).message).toContain('listed twice');
  });
});

describe('fitted parameters', () => {
  it('match the values worked out by hand', () => {
    const x = table({ frequency: [1, 2, NaN, 3, 10] });
    const [column] = fitPreprocessing(x, SPECS, ['frequency'], config({ ...off, winsorise: { lower: 0.25, upper: 0.75 } })).columns;
    // median of 1 2 3 10 is 2.5; with it 1 2 2.5 3 10 have the quartiles 2 and 3, so 1 and 10 move
    expect(column.impute).toEqual({ method: 'median', value: 2.5, cells: 1 });
    expect(column.winsorise).toEqual({ lower: 2, upper: 3, cells: 2 });
    // 2 2 2.5 3 3: mean 2.5, variance (0.25 * 4) / 5 = 0.2
    expect(column.scale.mean).toBe(2.5);
    expect(column.scale.sd).toBeCloseTo(Math.sqrt(0.2), 14);
  });

  it('write the absence of a winsorising limit as null', () => {
    const [column] = fitPreprocessing(table({ frequency: [1, 2, 3, 10] }), SPECS, ['frequency'], config(off)).columns;
    expect(column.winsorise).toEqual({ lower: null, upper: null, cells: 0 });
  });

  it.each([
    ['mean', 4],
    ['zero', 0],
    ['median', 2.5],
  ])('impute by %s', (impute, value) => {
    const [column] = fitPreprocessing(table({ frequency: [1, 2, NaN, 3, 10] }), SPECS, ['frequency'], config({ ...off, impute })).columns;
    expect(column.impute.value).toBe(value);
  });

  it('impute zero as a share of zero, not as a logit of zero', () => {
    const [column] = fitPreprocessing(table({ return_rate: [0.1, 0.5, NaN, 0.7] }), SPECS, ['return_rate'], config({ ...off, impute: 'zero' })).columns;
    expect(column.impute.value).toBeCloseTo(Math.log(0.01 / 1.01), 14);
  });

  it('leave mean 0 and standard deviation 1 in every column', () => {
    const x = customers(2000);
    const prepared = applyPreprocessing(fitPreprocessing(x, SPECS, MODEL, config()), x);
    for (let j = 0; j < prepared.cols; j++) {
      const { mean, sd } = moments(Float64Array.from({ length: prepared.rows }, (_, i) => prepared.values[i * prepared.cols + j]));
      expect(mean).toBeCloseTo(0, 12);
      expect(sd).toBeCloseTo(1, 12);
    }
  });

  it('do not depend on the order of rows, up to rounding', () => {
    const x = customers(1000);
    const reversed: Matrix = { ...x, values: Float64Array.from(x.values, (_, at) => x.values[(x.rows - 1 - Math.floor(at / x.cols)) * x.cols + (at % x.cols)]) };
    const [a, b] = [x, reversed].map((m) => fitPreprocessing(m, SPECS, MODEL, config()));
    a.columns.forEach(({ scale, winsorise, transform }, j) => {
      expect(b.columns[j].winsorise).toEqual(winsorise);
      expect(b.columns[j].transform.kind).toBe(transform.kind);
      // λ is found to about 1e-8: near a minimum the likelihood is flat
      expect(b.columns[j].scale.mean / scale.mean).toBeCloseTo(1, 6);
    });
  });
});

describe('columns that are dropped', () => {
  it('are the later ones of a redundant pair, with the correlation', () => {
    const frequency = Array.from({ length: 100 }, (_, i) => i);
    const x = table({ frequency, monetary: frequency.map((f) => 3 * f + (f % 2)), recency_days: frequency.map((f) => (f * 37) % 100) });
    const fitted = fitPreprocessing(x, SPECS, ['frequency', 'monetary', 'recency_days'], config(off));
    expect(fitted.columns.map(({ column }) => column)).toEqual(['frequency', 'recency_days']);
    expect(fitted.dropped).toEqual([{ column: 'monetary', reason: 'redundant', evidence: '|ρ| = 1.000 with frequency (limit 0.9)' }]);
    expect(fitted.correlation).toHaveLength(2);
    expect(fitted.correlation[0][1]).toBe(fitted.correlation[1][0]);
    expect(fitted.correlation[0][0]).toBe(1);
  });

  it('are those with one value on more than the limit of customers', () => {
    const x = table({ frequency: Array.from({ length: 100 }, (_, i) => (i < 99 ? 1 : 5)), monetary: Array.from({ length: 100 }, (_, i) => i) });
    const fitted = fitPreprocessing(x, SPECS, ['frequency', 'monetary'], config(off));
    expect(fitted.dropped).toEqual([{ column: 'frequency', reason: 'near-constant', evidence: 'one value on 99.0 % of the customers (limit 98.0 %)' }]);
  });

  it('may not be all: NO_FEATURES_LEFT says which and why', () => {
    const x = table({ frequency: [1, 1, 1], return_rate: [NaN, NaN, NaN] });
    const error = codeOf(() => fitPreprocessing(x, SPECS, ['frequency', 'return_rate'], config()));
    expect(error.code).toBe('NO_FEATURES_LEFT');
    expect(error.message).toContain('frequency (near-constant: all customers have one value (sd = 0))');
    expect(error.message).toContain('return_rate (near-constant: no customer has a value)');
  });
});

describe('applying', () => {
  const x = customers(10_000);
  const fitted = fitPreprocessing(x, SPECS, MODEL, config());

  it('gives one row the very bits it has among 10,000, and survives JSON', () => {
    const batch = applyPreprocessing(fitted, x);
    const stored = JSON.parse(JSON.stringify(fitted)) as Preprocessing;
    for (let i = 0; i < x.rows; i++) {
      const row = Object.fromEntries(x.names.map((name, j) => [name, x.values[i * x.cols + j]]));
      const alone = applyPreprocessing(stored, row);
      for (let j = 0; j < batch.cols; j++) {
        if (!Object.is(alone[j], batch.values[i * batch.cols + j])) throw new Error(`row ${i}, column ${batch.names[j]} differs`);
      }
    }
  });

  it('treats null, NaN and absent as missing', () => {
    const row = { recency_days: 10, frequency: 2, monetary: 50, mix_a: 0.2, mix_b: 0.3, mix_c: 0.5 };
    const [absent, none, nan] = [row, { ...row, return_rate: null }, { ...row, return_rate: NaN }].map((r) => applyPreprocessing(fitted, r));
    expect(none).toEqual(absent);
    expect(nan).toEqual(absent);
  });

  it('is finite or a code, whatever the row holds', () => {
    const value = fc.option(fc.double(), { nil: null });
    const row = fc.record({ recency_days: value, frequency: value, monetary: value, return_rate: value, mix_a: value, mix_b: value, mix_c: value });
    fc.assert(
      fc.property(row, (raw) => {
        try {
          expect(applyPreprocessing(fitted, raw).every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'NOT_FINITE' });
        }
      }),
    );
  });

  it('refuses a value for which the fitted transform has no result', () => {
    const logged = fitPreprocessing(x, SPECS, ['frequency'], config({ winsorise: { lower: 0, upper: 1 } }));
    expect(logged.columns[0].transform.kind).toBe('log1p');
    expect(codeOf(() => applyPreprocessing(logged, { frequency: -5 }))).toMatchObject({ code: 'NOT_FINITE', details: { column: 'frequency' } });
  });

  it('refuses a share outside [0, 1] and an infinite value by column, never by value', () => {
    const shares = codeOf(() => fitPreprocessing(table({ return_rate: [0.5, 0.1, 7.25] }), SPECS, ['return_rate'], config()));
    expect(shares).toMatchObject({ code: 'NOT_FINITE', details: { column: 'return_rate' } });
    expect(shares.message).not.toContain('7.25');
    expect(codeOf(() => fitPreprocessing(table({ frequency: [1, 2, Infinity] }), SPECS, ['frequency'], config())).code).toBe('NOT_FINITE');
  });

  it('names a feature the table lacks', () => {
    expect(codeOf(() => applyPreprocessing(fitted, table({ frequency: [1] })))).toMatchObject({ code: 'COLUMN_MISSING' });
  });
});

it('fits columns of any finite numbers to finite parameters, or says why not', () => {
  const column = fc.array(fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }).map(Number)), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(column, (frequency) => {
      const x = table({ frequency });
      try {
        expect(applyPreprocessing(fitPreprocessing(x, SPECS, ['frequency'], config()), x).values.every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(['NOT_FINITE', 'NO_FEATURES_LEFT']).toContain((error as { code: string }).code);
      }
    }),
    { numRuns: 500 },
  );
});
