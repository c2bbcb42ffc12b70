import { covarianceShape } from '../../../src/core/report/covariance';
import { ellipses } from '../../../src/core/report/plots/ellipses';
import type { View } from '../../../src/core/report/view';

describe('the shape of a covariance', () => {
  it('matches the one worked out by hand for two correlated columns', () => {
    // Eigenvalues 3 and 1 along (1, 1) and (1, −1).
    const shape = covarianceShape([
      [2, 1],
      [1, 2],
    ]);
    expect(shape.volume).toBeCloseTo(Math.sqrt(3), 12);
    expect(shape.ratio).toBeCloseTo(Math.sqrt(3), 12);
    expect(shape.share).toBeCloseTo(0.75, 12);
    for (const entry of shape.longest) expect(entry).toBeCloseTo(Math.SQRT1_2, 12);
    expect(shape.deviations).toEqual([Math.SQRT2, Math.SQRT2]);
    expect(shape.correlations).toEqual([{ a: 0, b: 1, r: expect.closeTo(0.5, 12) as number }]);
  });

  it('takes the volume apart from the shape: a wider copy has the same axes and correlations', () => {
    const covariance = [
      [1, 0.5, 0],
      [0.5, 2, -0.9],
      [0, -0.9, 0.7],
    ];
    const [own, wide] = [covariance, covariance.map((row) => row.map((value) => 9 * value))].map((sigma) =>
      covarianceShape(sigma),
    );
    expect(wide.volume / own.volume).toBeCloseTo(9, 9);
    expect(wide.ratio).toBeCloseTo(own.ratio, 9);
    wide.longest.forEach((entry, j) => expect(entry).toBeCloseTo(own.longest[j], 9));
    expect(wide.correlations.map(({ a, b }) => [a, b])).toEqual(own.correlations.map(({ a, b }) => [a, b]));
  });

  it('names correlations of 0.3 and more, the strongest first', () => {
    const { correlations } = covarianceShape([
      [1, 0.29, 0.31],
      [0.29, 1, -0.6],
      [0.31, -0.6, 1],
    ]);
    expect(correlations.map(({ a, b }) => [a, b])).toEqual([
      [1, 2],
      [0, 2],
    ]);
  });

  it('has ratio 1 where a component is round', () => {
    const round = covarianceShape([
      [0.7, 0],
      [0, 0.7],
    ]);
    expect([round.ratio, round.share]).toEqual([1, 0.5]);
    expect(round.volume).toBeCloseTo(0.7, 12);
    expect(round.correlations).toEqual([]);
  });
});

describe('the outline of a persona on the map', () => {
  const covariance = [
    [2, 0.6, 0.1],
    [0.6, 1, -0.2],
    [0.1, -0.2, 0.5],
  ];
  const turn = Math.PI / 6;
  const components = [
    [Math.cos(turn), Math.sin(turn), 0],
    [-Math.sin(turn), Math.cos(turn), 0],
    [0, 0, 1],
  ];
  const means = [
    [1, 2, 0],
    [-3, 0, 1],
  ];
  const view = {
    kMin: 11,
    pca: { components },
    model: {
      solution: {
        kind: 'mixture',
        mixture: { model: 'EEE', proportions: [0.75, 0.25], means, covariances: [covariance, covariance] },
      },
      sizes: [300, 100],
      centroids: means,
    },
  } as unknown as Pick<View, 'model' | 'pca' | 'kMin'>;

  it('is where half of a normal distribution lies, around the projected mean', () => {
    const [first] = ellipses(view)!;
    const centre = [0, 1, 2].map((j) => 0.75 * means[0][j] + 0.25 * means[1][j]);
    const project = (axis: number[], point: number[]): number =>
      axis.reduce((sum, value, j) => sum + value * (point[j] - centre[j]), 0);
    const middle = components.slice(0, 2).map((axis) => project(axis, means[0]));
    const sigma = components
      .slice(0, 2)
      .map((a) =>
        components
          .slice(0, 2)
          .map((b) => a.reduce((sum, x, i) => sum + x * b.reduce((inner, y, j) => inner + covariance[i][j] * y, 0), 0)),
      );
    const det = sigma[0][0] * sigma[1][1] - sigma[0][1] ** 2;
    for (const [x, y] of first.outline) {
      const [u, v] = [x - middle[0], y - middle[1]];
      // χ² with 2 degrees of freedom has its median at 2 ln 2.
      expect((u * u * sigma[1][1] - 2 * u * v * sigma[0][1] + v * v * sigma[0][0]) / det).toBeCloseTo(
        2 * Math.log(2),
        9,
      );
    }
    const reach = first.outline.map(([x, y]) => Math.hypot(x - middle[0], y - middle[1]));
    expect(Math.max(...reach)).toBeCloseTo(first.long, 9);
    expect(Math.min(...reach)).toBeCloseTo(first.short, 9);
  });

  it('is left out for a persona of fewer than 11 customers, and for all but mixtures', () => {
    expect(ellipses({ ...view, model: { ...view.model, sizes: [300, 10] } })?.map(({ cluster }) => cluster)).toEqual([
      0,
    ]);
    expect(
      ellipses({ ...view, model: { ...view.model, solution: { kind: 'centroids', centroids: means } } }),
    ).toBeNull();
  });
});
