import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kolmogorovSmirnov } from '../../src/core/drift/kolmogorov-smirnov';
import { normalQuantile } from '../../src/core/drift/normal-quantile';
import { populationStability } from '../../src/core/drift/population-stability';

interface Reference {
  readonly cases: readonly { readonly name: string; readonly reference: number[]; readonly current: number[]; readonly psi: number; readonly ks: number }[];
  readonly quantiles: readonly { readonly p: number; readonly z: number }[];
}

// Made by tests/reference/make/drift.py with Evidently 0.7.23, SciPy 1.17.1 and NumPy 2.4.6.
const { cases, quantiles } = JSON.parse(readFileSync(join(__dirname, 'drift.json'), 'utf8')) as Reference;

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

describe.each(cases)('$name', ({ reference, current, psi, ks }) => {
  it('has the population stability index of Evidently', () => {
    const own = populationStability(sorted(reference), sorted(current));
    expect(Math.abs(own - psi)).toBeLessThanOrEqual(1e-12 * Math.max(1, psi));
  });

  it('has the Kolmogorov-Smirnov statistic of SciPy', () => {
    expect(kolmogorovSmirnov(sorted(reference), sorted(current))).toBeCloseTo(ks, 14);
  });
});

it.each(quantiles)('puts the normal quantile of $p at $z', ({ p, z }) => {
  expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(z)));
});
