import fc from 'fast-check';
import type { HoldoutPersona, HoldoutReport } from '../../../../src/contracts/selection';
import { publishedHoldout } from '../../../../src/core/clustering/holdout/published';

/** Customers by their group earlier (rows) and later (columns, the last: none). */
const moves = fc
  .integer({ min: 2, max: 4 })
  .chain((k) => fc.array(fc.array(fc.oneof(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 15, max: 900 })), { minLength: k + 1, maxLength: k + 1 }), { minLength: k, maxLength: k }));

function reportOf(counts: readonly (readonly number[])[]): HoldoutReport {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  const personas = counts.map((row, p): HoldoutPersona => ({
    cluster: p,
    overlap: 0.5,
    earlier: sum(row),
    later: sum(counts.map((other) => other[p])),
    stayed: row[p],
    left: row[counts.length],
    joined: 3,
    movedTo: row.slice(0, -1),
    jaccard: 0.123,
    label: 'stable',
    foundAgain: 0.5,
    shifts: [0.456],
  }));
  const customers = sum(counts.flatMap((row) => row.slice(0, -1)));
  const window = { first: '2011-01-01', last: '2011-03-31', customers: 7, fitted: 7 };
  return {
    days: 90,
    windows: [window, { ...window, customers: 700, fitted: 700 }],
    comparison: { columns: ['a'], customers, stayed: sum(personas.map(({ stayed }) => stayed)), adjustedRand: 0.5, personas, anew: null },
    reason: null,
  };
}

const COUNTS = new Set(['customers', 'fitted', 'stayed', 'earlier', 'movedTo', 'left', 'later', 'joined']);

/** Every number under a key that counts customers. */
function countsIn(value: unknown, counted = false): number[] {
  if (typeof value === 'number') return counted ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => countsIn(inner, COUNTS.has(key) || (counted && Array.isArray(value))));
}

it('counts no group of 1 to kMin − 1 customers, and describes none', () => {
  fc.assert(
    fc.property(moves, fc.integer({ min: 2, max: 20 }), (counts, kMin) => {
      const report = reportOf(counts);
      const published = publishedHoldout(report, kMin);
      expect(countsIn(published).filter((n) => n > 0 && n < kMin)).toEqual([]);
      const { personas } = published.comparison as { personas: { jaccard: number | null; shifts: unknown }[] };
      report.comparison!.personas.forEach(({ earlier, later, stayed }, p) => {
        if (Math.min(earlier, later) < kMin) expect(personas[p].shifts).toBeNull();
        if (stayed > 0 && stayed < kMin) expect(personas[p].jaccard).toBeNull();
      });
    }),
    { seed: 2, numRuns: 300 },
  );
});

it('leaves a hold-out of large groups as it is, but for counts that nobody is shown', () => {
  const report = reportOf([[700, 40, 60], [30, 500, 20]]);
  expect(publishedHoldout(report, 11)).toMatchObject({
    days: 90,
    windows: [{ customers: null }, { customers: 700 }],
    comparison: { customers: 1270, stayed: 1200, personas: [{ earlier: 800, movedTo: [700, 40], left: 60, jaccard: 0.123, shifts: [0.456] }, { earlier: 550 }] },
  });
});
