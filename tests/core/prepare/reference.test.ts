import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { basisValue } from '../../../src/core/prepare/basis';
import { moments, pearson } from '../../../src/core/prepare/moments';
import { quantile } from '../../../src/core/prepare/quantile';
import { fitYeoJohnson, yeoJohnson } from '../../../src/core/prepare/yeo-johnson';

interface ReferenceColumn {
  readonly values: number[];
  readonly skewness: number;
  readonly lambda: number;
  readonly transformed_first_five: number[];
  readonly skewness_after: number;
  readonly quantiles: Record<string, number>;
  readonly scaled_first_five: number[];
}

interface Reference {
  readonly columns: Record<string, ReferenceColumn>;
  readonly compositions: { readonly pseudo_count: number; readonly parts: number[][]; readonly ilr: number[][] };
  readonly logit: { readonly pseudo_count: number; readonly shares: number[]; readonly values: number[] };
  readonly correlation: number;
}

// Made by tests/reference/make/prepare.py with the versions it states.
const reference = JSON.parse(readFileSync(join(__dirname, '../../reference/prepare.json'), 'utf8')) as Reference;

describe.each(Object.entries(reference.columns))('column %s', (_, column) => {
  const values = Float64Array.from(column.values);

  it('has the skewness of scipy.stats.skew', () => {
    expect(moments(values).skewness).toBeCloseTo(column.skewness, 10);
  });

  it('has the quantiles of numpy', () => {
    const sorted = values.slice().sort();
    for (const [p, expected] of Object.entries(column.quantiles)) expect(quantile(sorted, Number(p))).toBeCloseTo(expected, 9);
  });

  it('is scaled as by StandardScaler', () => {
    const { mean, sd } = moments(values);
    column.scaled_first_five.forEach((expected, i) => expect((values[i] - mean) / sd).toBeCloseTo(expected, 12));
  });

  it('has the Yeo-Johnson λ of PowerTransformer', () => {
    // scikit-learn stops Brent's method at a relative tolerance of about 1.5e-8
    expect(fitYeoJohnson(values)).toBeCloseTo(column.lambda, 6);
  });

  it('is transformed as by PowerTransformer at its λ', () => {
    const transformed = values.map((x) => yeoJohnson(x, column.lambda));
    column.transformed_first_five.forEach((expected, i) => expect(transformed[i]).toBeCloseTo(expected, 9));
    expect(moments(transformed).skewness).toBeCloseTo(column.skewness_after, 10);
  });
});

it('gives the pivot coordinates of the closed composition', () => {
  const { parts, ilr, pseudo_count: pseudoCount } = reference.compositions;
  parts.forEach((row, i) => {
    const coordinates = ilr[i].map((_, c) => basisValue({ kind: 'ilr', pivot: c + 1, pseudoCount }, Float64Array.from(row)));
    coordinates.forEach((value, c) => expect(value).toBeCloseTo(ilr[i][c], 12));
  });
});

it('gives the logit of a share with pseudo-count', () => {
  const { shares, values, pseudo_count: pseudoCount } = reference.logit;
  shares.forEach((share, i) => expect(basisValue({ kind: 'logit', pseudoCount }, Float64Array.of(share))).toBeCloseTo(values[i], 12));
});

it('has the correlation of numpy', () => {
  const [a, b] = [reference.columns.lognormal, reference.columns.counts].map(({ values }) => Float64Array.from(values));
  expect(pearson(a, moments(a), b, moments(b))).toBeCloseTo(reference.correlation, 12);
});
