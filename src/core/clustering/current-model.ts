import type { ClusterModel, Solution, StoredSolution } from '../../contracts/model';

type Earlier<F extends number, Lacks extends keyof ClusterModel = never> = Omit<ClusterModel, 'format' | Lacks> & { readonly format: F };

/** A model as a release may have it: format 1 had k-means only, whose centroids assign; format 2 had the rows of a density inside. */
export type StoredModel = ClusterModel<StoredSolution> | Earlier<2> | Earlier<1, 'model' | 'solution' | 'unassigned'>;

/** A stored model in the format of today, its solution as it was stored; releases keep the one they were written with. */
export const asCurrentModel = (stored: StoredModel): ClusterModel<StoredSolution | Solution> =>
  stored.format === 1
    ? { ...stored, format: 3, model: null, solution: { kind: 'centroids', centroids: stored.centroids }, unassigned: 0 }
    : { ...stored, format: 3 };
