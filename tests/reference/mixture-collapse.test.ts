import { kmeans } from '../../src/core/clustering/kmeans/kmeans';
import { em } from '../../src/core/clustering/mixture/em';
import { COVARIANCE_MODELS, type CovarianceModel, type EmOutcome } from '../../src/core/clustering/mixture/types';
import { toPoints } from '../../src/core/clustering/points';
import type { Matrix } from '../../src/core/linalg/matrix';
import { describeWithShared } from '../support/shared';
import { onlineRetail } from './clustering-sets';
import { marketingWide15 } from './marketing';

/** EM from the labels of k-means. */
function fitFromGroups(x: Matrix, k: number, model: CovarianceModel): EmOutcome {
  const points = toPoints(x);
  const address = { seed: 0, stage: 'selection', use: 'seeding', candidate: k, block: 0 } as const;
  const { labels } = kmeans(points, null, k, 5, address);
  const start = new Float64Array(x.rows * k);
  labels.forEach((label, i) => (start[i * k + label] = 1));
  return em(points, null, start, k, model, { maxIterations: 400 });
}

// Recency, frequency and monetary value, log1p and standardised: a third of the customers have bought once. With a floor under the
// variances (scikit-learn, 1e-6) the BIC of VVV falls from 30,734 for one component to -5,590 for eight.
describeWithShared('components on an order count of Online Retail', () => {
  let x: Matrix;
  beforeAll(async () => {
    x = await onlineRetail();
  });

  it.each([2, 4, 6, 8])('VVV with %i components ends on ties of the frequency', (k) => {
    expect(fitFromGroups(x, k, 'VVV').degenerate).toMatchObject({ kind: 'tied values', column: 1 });
  });

  // The equal ellipsoids of EEV fit into single counts only where there are enough of them.
  it.each(
    COVARIANCE_MODELS.filter((model) => model !== 'VII' && model.includes('V')).map(
      (model) => [model, model === 'EEV' ? 8 : 6] as const,
    ),
  )('%s with %i components ends on ties of the frequency', (model, k) => {
    expect(fitFromGroups(x, k, model).degenerate).toMatchObject({ kind: 'tied values', column: 1 });
  });

  it.each(['EII', 'VII', 'EEI', 'EEE'] as const)(
    '%s with six components is proper: no component is narrow on its own',
    (model) => {
      const { degenerate, converged } = fitFromGroups(x, 6, model);
      expect(degenerate).toBeNull();
      expect(converged).toBe(true);
    },
  );
});

describeWithShared('components on a count among the fifteen columns of the marketing campaign', () => {
  it.each([
    ['VVI', 6, 'NumDealsPurchases'],
    ['VVV', 4, 'NumCatalogPurchases'],
  ] as const)('%s with %i components ends on ties of %s', async (model, k, column) => {
    const x = await marketingWide15();
    const { degenerate } = fitFromGroups(x, k, model);
    expect(degenerate?.kind).toBe('tied values');
    expect(x.names[degenerate?.column ?? -1]).toBe(column);
  });

  it('VVI with four components is proper', async () => {
    expect(fitFromGroups(await marketingWide15(), 4, 'VVI').degenerate).toBeNull();
  });
});
