import { squaredDistance } from '../distance';
import type { Workspace } from '../kernel';
import { move, type ClusterSums } from '../sums';
import type { Points } from '../points';

/**
 * Give each empty cluster the row that lies farthest from its own centroid (the first of equals), out of a cluster that keeps at least one row.
 * Where every row lies on its centroid (fewer distinct rows than clusters) the cluster stays empty.
 *
 * @returns Whether a row was moved. Rare, O(nd) per empty cluster.
 */
export function relocateEmpty(
  points: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  k: number,
  workspace: Workspace,
  totals: ClusterSums,
): boolean {
  const { rows, stride, values } = points;
  const { labels, upper, lower } = workspace;
  let moved = false;
  for (let c = 0; c < k; c++) {
    if (totals.weights[c] > 0) continue;
    let farthest = -1;
    let distance = 0;
    for (let i = 0; i < rows; i++) {
      const label = labels[i];
      if (totals.weights[label] <= (weights === null ? 1 : weights[i])) continue;
      const d = squaredDistance(values, i * stride, centroids, label * stride, stride);
      if (d > distance) {
        distance = d;
        farthest = i;
      }
    }
    if (farthest < 0) return moved;
    const at = farthest * stride;
    move(values, at, stride, weights === null ? 1 : weights[farthest], labels[farthest], c, totals);
    for (let j = 0; j < stride; j++) centroids[c * stride + j] = values[at + j];
    labels[farthest] = c;
    // The new centroid may be nearer to any row than its bounds know.
    upper.fill(Infinity, 0, rows);
    lower.fill(0, 0, rows);
    moved = true;
  }
  return moved;
}
