import { completeRows } from '../../../src/core/lab/complete-rows';
import { rescale } from '../../../src/core/lab/scaling';

const matrix = (...rows: readonly (readonly number[])[]) => ({
  rows: rows.length,
  cols: rows[0].length,
  names: rows[0].map((_, j) => `c${j}`),
  values: Float64Array.from(rows.flat()),
});

it('drops rows with a missing value, counts them by column, and knows where the others stand', () => {
  const { matrix: kept, rows, missing } = completeRows(matrix([1, 2], [NaN, 4], [5, 6], [NaN, NaN], [7, 8]));
  expect([...kept.values]).toEqual([1, 2, 5, 6, 7, 8]);
  expect([...rows]).toEqual([0, 2, 4]);
  expect(missing).toEqual([2, 1]);
});

it('scales by the population deviation and says how to go back', () => {
  // 1, 3, 5: mean 3, variance 8 / 3
  const { matrix: scaled, scaling } = rescale(matrix([1, 10], [3, 10.5], [5, 11]), 'standard');
  expect(scaling.means).toEqual([3, 10.5]);
  expect(scaling.sds[0]).toBeCloseTo(Math.sqrt(8 / 3), 14);
  const back = [...scaled.values].map((value, at) => scaling.means[at % 2] + scaling.sds[at % 2] * value);
  [1, 10, 3, 10.5, 5, 11].forEach((value, at) => expect(back[at]).toBeCloseTo(value, 12));
});

it('leaves columns as they are where no scale is asked for', () => {
  const x = matrix([1, 10], [3, 20]);
  expect(rescale(x, 'none')).toEqual({ matrix: x, scaling: { means: [0, 0], sds: [1, 1] } });
});

it.each(['standard', 'none'] as const)('names every constant column (%s)', (scale) => {
  expect(() => rescale(matrix([1, 2, 0.1], [1, 3, 0.1], [1, 4, 0.1]), scale)).toThrow('c0, c2: the same value in all 3 rows used');
});
