import fc from 'fast-check';
import { createNearest, type Nearest } from '../../../../src/core/clustering/density/nearest';
import { toPoints } from '../../../../src/core/clustering/points';
import { matrixOf } from '../data';

const step = fc.nat(3);
/** On a grid distances tie all the time, and rows repeat. */
const cases = fc.record({
  rows: fc.array(fc.tuple(step, step), { minLength: 1, maxLength: 60 }),
  core: fc.option(fc.array(step, { minLength: 60, maxLength: 60 })),
  query: fc.tuple(step, step),
  own: step,
  limit: fc.constantFrom(Infinity, 0, 1, 2),
  skipped: fc.nat(3),
});

describe('the nearest row', () => {
  it('has the least mutual reachability distance, of equals the least distance, then the least index, as looking at every row says', () => {
    fc.assert(
      fc.property(cases, ({ rows, core, query, own, limit, skipped }) => {
        const chosen = rows.map((_, i) => i).filter((i) => skipped === 0 || i % 4 !== skipped);
        const [expected] = chosen
          .map((row): Nearest => {
            const squared = (rows[row][0] - query[0]) ** 2 + (rows[row][1] - query[1]) ** 2;
            return { row, squared, mutual: Math.max(Math.sqrt(squared), own, core === null ? 0 : core[row]) };
          })
          .filter(({ mutual }) => mutual <= limit)
          .sort((a, b) => a.mutual - b.mutual || a.squared - b.squared || a.row - b.row);
        const found: Nearest = { row: 7, mutual: 7, squared: 7 };
        // Backwards: the order in which rows are chosen decides nothing.
        const nearest = createNearest(toPoints(matrixOf(rows)), chosen.reverse(), core);
        nearest(toPoints(matrixOf([query])).values, 0, own, limit, found);
        expect(found).toEqual(expected ?? { row: -1, mutual: limit, squared: Infinity });
      }),
      { numRuns: 2000 },
    );
  });
});
