import { PipelineError } from '../../../contracts/errors';
import type { Kernel } from '../kernel';
import { plainKernel } from '../plain-kernel';
import type { Points } from '../points';
import { chainMerges } from './chain';
import { condensedClusters } from './condensed';
import { orderMerges } from './order';
import type { Dendrogram, Linkage } from './types';

/** Rows up to which Ward holds distances, as scipy does; beyond it holds means, which take less memory and time. The tree is the same but for ties. */
const WARD_DISTANCES = 2000;

/**
 * Agglomerative clustering: every row alone at first, then always the two nearest clusters merged. Heights, ids and order are those of scipy's
 * `linkage`; where distances tie there are several equally good trees.
 *
 * @param points Scaled rows, n x d.
 * @param weights Whole numbers >= 1, or null for 1 each. A row of weight w is w identical rows, whose merges at height 0 are left out.
 * @throws PipelineError `INSUFFICIENT_DATA` without rows; `NOT_FINITE` for rows, or distances, that are not finite; `CONFIG_INVALID` for other
 *   weights, and for average and complete linkage of more than 10,000 rows.
 *
 * O(n²d) time; O(n²) memory, for Ward beyond 2,000 rows O(nd).
 */
export function linkage(
  points: Points,
  weights: Float64Array | null,
  method: Linkage,
  kernel: Pick<Kernel, 'wardMerges'> = plainKernel,
): Dendrogram {
  requireRows(points, weights);
  const byMeans = method === 'ward' && points.rows > WARD_DISTANCES;
  const merges = byMeans ? kernel.wardMerges(points, weights) : chainMerges(condensedClusters(points, weights, method));
  const heights = byMeans ? merges.distances.map(Math.sqrt) : merges.distances;
  return orderMerges(points.rows, merges, heights, weights);
}

/** What `linkage` asks of rows and weights. */
export function requireRows({ rows, stride, values }: Points, weights: Float64Array | null): void {
  if (rows < 1) throw new PipelineError('INSUFFICIENT_DATA', 'hierarchical clustering needs at least one row');
  const finite = values.subarray(0, rows * stride).every(Number.isFinite);
  if (!finite) throw new PipelineError('NOT_FINITE', 'rows to be clustered hold cells that are not finite numbers');
  if (weights !== null && !(weights.length === rows && weights.every((w) => Number.isInteger(w) && w >= 1)))
    throw new PipelineError('CONFIG_INVALID', 'hierarchical clustering takes one weight a row, whole and at least 1');
}
