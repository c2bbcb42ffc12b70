import type { ClusterModel } from '../../contracts/model';
import type { Persona } from '../../contracts/personas';
import type { SelectionReport } from '../../contracts/selection';
import { assign } from '../linalg/hungarian';

/**
 * Stability of each cluster of the final model, as measured on the chosen candidate in the selection. Both were fitted apart, so their
 * clusters are matched one to one by the smallest total squared distance between centroids.
 *
 * @returns By cluster; jaccard null and "not measured" where the selection has no figure.
 */
export function stabilityOf(model: ClusterModel<unknown>, selection: SelectionReport<unknown>): Persona['stability'][] {
  const candidate = selection.candidates.find(({ status }) => status === 'chosen');
  if (candidate === undefined) return model.centroids.map(() => NOT_MEASURED);
  const cost = model.centroids.map((own) => candidate.centroids.map((other) => squaredDistance(own, other)));
  return assign(cost).map((place) => {
    const found = candidate.stability[place];
    return found === undefined ? NOT_MEASURED : { jaccard: found.jaccard, label: found.label };
  });
}

const NOT_MEASURED = { jaccard: null, label: 'not measured' };

const squaredDistance = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, j) => sum + (x - b[j]) ** 2, 0);
