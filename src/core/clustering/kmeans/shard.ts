import { scan, squaredDistance } from '../distance';
import type { LloydShard } from '../kernel';
import type { Points } from '../points';
import { move, type ClusterSums } from '../sums';

/** See `Kernel.openShard`. O(nkd) per step. */
export function openShard({ stride, values }: Points, from: number, to: number, k: number): LloydShard {
  const labels = new Int32Array(to - from).fill(-1);
  const totals: ClusterSums = { sums: new Float64Array(k * stride), weights: new Float64Array(k) };
  const found = new Float64Array(3);
  return {
    labels,
    totals,
    assign(centroids) {
      let changed = 0;
      for (let i = from; i < to; i++) {
        const label = scan(values, i * stride, centroids, k, stride, found);
        const before = labels[i - from];
        // A label that is as near as any is kept.
        if (label === before || (before >= 0 && squaredDistance(values, i * stride, centroids, before * stride, stride) === found[0])) continue;
        move(values, i * stride, stride, 1, before, label, totals);
        labels[i - from] = label;
        changed++;
      }
      return changed;
    },
    adopt(others, { sums, weights }) {
      labels.set(others);
      totals.sums.set(sums);
      totals.weights.set(weights);
    },
  };
}
