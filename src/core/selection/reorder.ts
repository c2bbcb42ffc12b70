import type { Solution } from '../../contracts/model';
import { reorderDensity } from '../clustering/density/model';

/** The same solution with its clusters in another order: new cluster c is the old `order[c]`. */
export function reorderSolution(solution: Solution, order: Int32Array): Solution {
  const picked = <T>(values: readonly T[]): T[] => Array.from(order, (from) => values[from]);
  switch (solution.kind) {
    case 'centroids':
      return { kind: 'centroids', centroids: picked(solution.centroids) };
    case 'mixture': {
      const { model, proportions, means, covariances } = solution.mixture;
      return { kind: 'mixture', mixture: { model, proportions: picked(proportions), means: picked(means), covariances: picked(covariances) } };
    }
    case 'density':
      return { kind: 'density', density: reorderDensity(solution.density, order) };
  }
}
