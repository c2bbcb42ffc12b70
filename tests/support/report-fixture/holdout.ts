import type { HoldoutReport } from '../../../src/contracts/selection';
import { stabilityLabel } from '../../../src/core/validity/stability';
import { PERSONAS } from './plan';

/** Where the customers of each persona are half a year later, and in the last place those who did not buy again. */
const MOVES = [
  [520, 40, 60, 20, 25, 300],
  [30, 410, 25, 35, 20, 90],
  [70, 30, 260, 40, 30, 210],
  [25, 45, 40, 90, 95, 180],
  [15, 12, 22, 14, 150, 60],
];
const JOINED = [120, 80, 150, 60, 40];

/** The earlier half of a retailer's year against the later one; the fourth persona does not last. */
export function holdoutOf(columns: readonly string[]): HoldoutReport {
  const k = PERSONAS.length;
  const personas = MOVES.map((row, p) => {
    const movedTo = row.slice(0, k);
    const stayed = movedTo[p];
    const inRow = movedTo.reduce((sum, n) => sum + n, 0);
    const inColumn = MOVES.reduce((sum, other) => sum + other[p], 0);
    const jaccard = stayed / (inRow + inColumn - stayed);
    return {
      cluster: p,
      overlap: 0.9 - 0.1 * p,
      earlier: inRow + row[k],
      later: inColumn + JOINED[p],
      stayed,
      left: row[k],
      joined: JOINED[p],
      movedTo,
      jaccard,
      label: stabilityLabel(jaccard),
      foundAgain: 0.88 - 0.07 * p,
      shifts: columns.map((_, j) => (p === 3 && j === 0 ? 0.93 : p === 1 && j === 1 ? -0.31 : 0.02)),
    };
  });
  const customers = personas.reduce((sum, { movedTo }) => sum + movedTo.reduce((a, b) => a + b, 0), 0);
  return {
    days: 187,
    windows: [
      { first: '2010-12-01', last: '2011-06-05', customers: 2963, fitted: 2963 },
      { first: '2011-06-06', last: '2011-12-09', customers: 3344, fitted: 3344 },
    ],
    comparison: {
      columns,
      customers,
      stayed: personas.reduce((sum, { stayed }) => sum + stayed, 0),
      adjustedRand: 0.41,
      personas,
      anew: { k, adjustedRand: 0.72, predictionStrength: 0.66 },
    },
    reason: null,
  };
}
