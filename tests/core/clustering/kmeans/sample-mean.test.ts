import { sampleMeanBound } from '../../../../src/core/clustering/kmeans/sample-mean';

describe('the bound of a sample mean', () => {
  it('is 0 where all rows are seen and never more than the reach', () => {
    const population = { size: 50, sd: 1, reach: 3 };
    expect(sampleMeanBound(population, 50, 20)).toBe(0);
    expect(sampleMeanBound(population, 1, 20)).toBe(3);
    for (let drawn = 2; drawn <= 50; drawn++)
      expect(sampleMeanBound(population, drawn, 20)).toBeLessThanOrEqual(sampleMeanBound(population, drawn - 1, 20));
  });

  it('comes down to sqrt(2 ln(2 · comparisons / 1e-9)) standard errors', () => {
    // 1 comparison: sqrt(2 ln 2e9) = 6.545.
    const bound = sampleMeanBound({ size: 1e12, sd: 1, reach: 1 }, 1e8, 1);
    expect(bound * 1e4).toBeCloseTo(6.545, 2);
  });
});
