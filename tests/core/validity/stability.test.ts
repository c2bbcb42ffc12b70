import {
  bestJaccards,
  drawResample,
  leftOut,
  meanJaccard,
  summariseStability,
} from '../../../src/core/validity/stability';

it('the best Jaccard of each cluster equals the value worked out by hand', () => {
  // Cluster 0 = rows 0-3, 1 = rows 4-5; found: 0-2 and 3-5. 0: 3/4; 1: 2 shared of rows 3, 4, 5.
  const jaccards = bestJaccards(Int32Array.of(0, 0, 0, 0, 1, 1), Int32Array.of(1, 1, 1, 0, 0, 0), 2);
  expect(jaccards[0]).toBe(3 / 4);
  expect(jaccards[1]).toBe(2 / 3);
});

it('a cluster of which nothing was drawn is not recovered', () => {
  expect(Array.from(bestJaccards(Int32Array.of(0, 0), Int32Array.of(0, 0), 2))).toEqual([1, 0]);
});

it('labels follow the mean, dissolved and recovered count resamples, bounds included', () => {
  const summary = summariseStability(
    [
      [0.75, 0.5, 0.6],
      [0.75, 0.5, 0.6],
      [0.75, 0.9, 0.6],
    ],
    3,
  );
  expect(summary.map(({ label, dissolved, recovered }) => ({ label, dissolved, recovered }))).toEqual([
    { label: 'stable', dissolved: 0, recovered: 3 },
    { label: 'pattern', dissolved: 2, recovered: 1 },
    { label: 'pattern', dissolved: 0, recovered: 0 },
  ]);
  expect(summariseStability([[0.59]], 1)[0].label).toBe('not to be trusted');
});

it('the mean over clusters does not weigh them by size', () => {
  expect(meanJaccard(summariseStability([[1, 0.5]], 2))).toBe(0.75);
});

it('a resample draws n rows with replacement: weights add up to n, about 1 − 1/e of the rows are in it', () => {
  const { rows, weights } = drawResample(5000, 'weights', 0, 7) as { rows: Int32Array; weights: Float64Array };
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(5000);
  expect(weights.every((weight) => weight >= 1)).toBe(true);
  // Expectation 0.632 · 5000 = 3161, sd about 22.
  expect(Math.abs(rows.length - 3161)).toBeLessThan(110);
  expect(Array.from(rows)).toEqual([...new Set(rows)].sort((a, b) => a - b));
  expect(drawResample(5000, 'weights', 0, 7)).toEqual({ rows, weights });
  expect(drawResample(5000, 'weights', 0, 8).rows).not.toEqual(rows);
});

it('a half is half of the rows without replacement, another one for each resample', () => {
  const { rows, weights } = drawResample(1001, 'halves', 0, 3);
  expect(weights).toBeNull();
  expect(rows).toHaveLength(500);
  expect(Array.from(rows)).toEqual([...new Set(rows)].sort((a, b) => a - b));
  expect(drawResample(1001, 'halves', 0, 4).rows).not.toEqual(rows);
  const others = leftOut(1001, rows);
  expect([...rows, ...others].sort((a, b) => a - b)).toEqual(Array.from({ length: 1001 }, (_, i) => i));
});

it('rows of no cluster count for none, and numbers of clusters may differ', () => {
  // Cluster 0 = rows 0-2, 1 = row 3, row 4 in none; found: rows 0-1, row 2 in none, rows 3-4, and an empty third.
  const jaccards = bestJaccards(Int32Array.of(0, 0, 0, 1, -1), Int32Array.of(0, 0, -1, 1, 1), 2, 3);
  expect(Array.from(jaccards)).toEqual([2 / 3, 1 / 2]);
});
