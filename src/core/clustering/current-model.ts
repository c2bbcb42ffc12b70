import type { ClusterModel } from '../../contracts/model';

/** A model as format 1 had it: k-means, whose centroids assign. */
type FirstFormat = Omit<ClusterModel, 'format' | 'model' | 'solution' | 'unassigned'> & { readonly format: 1 };

/** A stored model in the format of today; releases keep the one they were written with. */
export const asCurrentModel = (stored: ClusterModel | FirstFormat): ClusterModel =>
  stored.format === 2
    ? stored
    : { ...stored, format: 2, model: null, solution: { kind: 'centroids', centroids: stored.centroids }, unassigned: 0 };
