import fc from 'fast-check';
import { modelingConfig } from '../../../src/config/modeling';
import { ALGORITHMS } from '../../../src/contracts/algorithms';
import type { PipelineError } from '../../../src/contracts/errors';
import type { Contender, MeasuredCandidate } from '../../../src/contracts/selection';
import { outsideOf } from '../../../src/core/privacy/discreet';
import { decide } from '../../../src/core/selection/decide';
import { discreetContender, discreetSelection, shownSizes } from '../../../src/core/selection/discreet';
import { gatesOf } from '../../../src/core/selection/gates';
import { failuresOf, judged, noFinalist, warningsOf } from '../../../src/core/selection/verdicts';
import { candidate, fitted } from './candidates';

const limits = { min: 2, max: 6 };

/** Sizes around kMin, so that some are below it and some above, and customers in no cluster. */
const drawn = fc.record({
  kMin: fc.integer({ min: 2, max: 40 }),
  algorithm: fc.constantFrom(...ALGORITHMS),
  candidates: fc.array(
    fc.record({
      sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 45 }), fc.integer({ min: 46, max: 9000 })), { minLength: 2, maxLength: 6 }),
      outside: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 45 }), fc.integer({ min: 46, max: 9000 })),
      tied: fc.integer({ min: 1, max: 60 }),
      shaky: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  minCustomers: fc.integer({ min: 1, max: 60 }),
  share: fc.constantFrom(0.001, 0.02, 0.2),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** What an algorithm says of such candidates, through the gates, verdicts and warnings of the selection. */
function offerOf({ algorithm, candidates, minCustomers, share }: Drawn, chosen: boolean): Contender {
  const modeling = modelingConfig.parse({ sizeGates: { minShare: share, minCustomers, maxShare: 1 - share }, density: { maxNoise: share } });
  const all = candidates.map(({ sizes, outside, tied, shaky }): MeasuredCandidate => {
    const customers = sizes.reduce((sum, size) => sum + size, outside);
    const gates = gatesOf({ ...fitted(algorithm, sizes.length), sizes, unassigned: outside, duplicates: !chosen }, modeling);
    return candidate(sizes.length, {
      algorithm,
      sizes,
      shares: sizes.map((size) => size / customers),
      unassigned: outside / customers,
      gates,
      meanJaccard: 0.9,
      mixture: algorithm === 'mixture' ? { logLikelihood: -1, df: 1, bic: 2, icl: 2, aic: 2, sabic: 2, caic: 2, entropy: 1 } : null,
      rejectedStarts: [{ logLikelihood: null, reason: `component 1 tied values on column 0: ${tied === 1 ? 'a single row' : `${tied} rows share one value`}` }],
      stability: sizes.map(() => ({ jaccard: shaky ? 0.4 : 0.9, dissolved: 0, recovered: 0, label: shaky ? ('not to be trusted' as const) : ('stable' as const) })),
    });
  });
  const choice = chosen ? { candidate: 0, reproduced: true } : null;
  const solution = { kind: 'centroids' as const, centroids: [] };
  return {
    algorithm,
    rule: 'rule',
    candidates: all.map((entry, at) => judged(entry, at, choice, all, modeling, limits)),
    finalist: choice === null ? null : { ...choice, outOfBag: [0.9, 0.9], permuted: [0, 0], solution },
    none: choice === null ? noFinalist(algorithm, all) : null,
    evidence: [],
    sample: { customers: 10_000, rows: 5000, resamples: 2 },
    // Also the failures of all, as a mixture's lower BICs that were set aside.
    warnings: [...warningsOf(all, choice, modeling, limits), ...all.map((entry) => `set aside (${failuresOf(entry)})`)],
  };
}

/** Every text in a value, however deep. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];

const smallCounts = (texts: readonly string[], kMin: number): string[] =>
  texts.flatMap((text) =>
    [...text.matchAll(/(?<![\d.,])(\d+) (?:other )?(?:customers?|rows?)\b/g)].filter(([, n]) => Number(n) > 0 && Number(n) < kMin).map(([found]) => found),
  );

function expectDiscreet(value: unknown, { candidates, kMin }: Drawn): void {
  const texts = textsOf(value);
  expect(smallCounts(texts, kMin)).toEqual([]);
  expect(texts.filter((text) => text.includes('a single row'))).toEqual([]);
  const whole = texts.join('\n');
  const isSmall = (n: number): boolean => n > 0 && n < kMin;
  // A share to a tenth of a percent gives a small count away: it is only said of groups of others.
  const sharesOf = (pattern: RegExp): string[] => [...whole.matchAll(pattern)].map(([, share]) => share);
  const percents = (counts: readonly (readonly [number, number])[]): Set<string> => new Set(counts.map(([n, all]) => ((n / all) * 100).toFixed(1)));
  const totals = candidates.map(({ sizes, outside }) => sizes.reduce((sum, size) => sum + size, outside));
  const allowed = (of: (at: number) => number, small: (at: number) => boolean): Set<string> =>
    percents(candidates.flatMap((_, at) => (small(at) ? [] : [[of(at), totals[at]] as const])));
  const smallest = (at: number): number => Math.min(...candidates[at].sizes);
  const largest = (at: number): number => Math.max(...candidates[at].sizes);
  for (const share of sharesOf(/smallest cluster ([\d.]+) %/g)) expect(allowed(smallest, (at) => isSmall(smallest(at)))).toContain(share);
  for (const share of sharesOf(/largest cluster ([\d.]+) %/g)) expect(allowed(largest, (at) => isSmall(totals[at] - largest(at)))).toContain(share);
  const outside = (at: number): number => candidates[at].outside;
  for (const share of sharesOf(/([\d.]+) % of customers belong/g)) expect(allowed(outside, (at) => isSmall(outside(at)))).toContain(share);
}

it('no text of an offer, nor of the error where none is acceptable, counts 1 to kMin − 1 customers', () => {
  let said = 0;
  fc.assert(
    fc.property(drawn, (what) => {
      for (const chosen of [true, false]) {
        const offer = offerOf(what, chosen);
        said += smallCounts(textsOf(offer), what.kMin).length;
        expectDiscreet(discreetContender(offer, what.kMin), what);
      }
      const offer = discreetContender(offerOf(what, false), what.kMin);
      let thrown: PipelineError | null = null;
      try {
        decide([offer], limits, modelingConfig.parse({}));
      } catch (error) {
        thrown = error as PipelineError;
      }
      expect(thrown).toMatchObject({ code: 'NO_ACCEPTABLE_MODEL' });
      expectDiscreet({ message: thrown?.message, details: thrown?.details }, what);
    }),
    { seed: 4, numRuns: 300 },
  );
  // The texts of the selection itself do count them.
  expect(said).toBeGreaterThan(500);
});

it('a report made from discreet offers stays as it is, one from others becomes discreet', () => {
  fc.assert(
    fc.property(drawn, (what) => {
      const offer = offerOf(what, true);
      const before = decide([offer], limits, modelingConfig.parse({}));
      const after = decide([discreetContender(offer, what.kMin)], limits, modelingConfig.parse({}));
      expectDiscreet(discreetSelection(before, what.kMin), what);
      expect(discreetSelection(after, what.kMin)).toEqual(after);
    }),
    { seed: 4, numRuns: 100 },
  );
});

it('sizes that may be shown give none of the small ones away, not even by the total', () => {
  fc.assert(
    fc.property(drawn, (what) => {
      offerOf(what, true).candidates.forEach((entry) => {
        const { sizes, shares, unassigned } = shownSizes(entry, what.kMin);
        const outside = unassigned === null ? null : outsideOf(entry);
        const shown = [...sizes, outside];
        expect(shown.filter((n) => n !== null && n > 0 && n < what.kMin)).toEqual([]);
        expect(shown.filter((n) => n === null)).not.toHaveLength(1);
        expect(shares.map((share) => share === null)).toEqual(sizes.map((size) => size === null));
      });
    }),
    { seed: 4, numRuns: 300 },
  );
});
