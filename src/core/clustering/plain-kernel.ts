import { coMoments } from '../linalg/covariance';
import { scan } from './distance';
import { groupDistanceSums } from './group-distances';
import { chainMerges } from './hierarchical/chain';
import { wardClusters } from './hierarchical/ward';
import { KERNEL_VERSION, type Kernel, type NearestOut } from './kernel';
import { lloyd } from './kmeans/lloyd';
import { plainMixture } from './mixture/plain-mixture';
import { openShard } from './kmeans/shard';
import { seedCentroids } from './kmeans/seeding';
import type { Points } from './points';

function nearest(
  { stride, values }: Points,
  from: number,
  to: number,
  centroids: Float64Array,
  k: number,
  out: NearestOut,
): void {
  const found = new Float64Array(3);
  for (let i = from; i < to; i++) {
    out.labels[i - from] = scan(values, i * stride, centroids, k, stride, found);
    out.own[i - from] = found[0];
    if (out.second) out.second[i - from] = found[1];
    if (out.runnerUp) out.runnerUp[i - from] = found[2];
  }
}

function labels({ stride, values }: Points, from: number, to: number, centroids: Float64Array, k: number, out: Int32Array): void {
  const found = new Float64Array(3);
  for (let i = from; i < to; i++) out[i - from] = scan(values, i * stride, centroids, k, stride, found);
}

/** The reference implementation: TypeScript, double precision. */
export const plainKernel: Kernel = {
  name: KERNEL_VERSION,
  seed: seedCentroids,
  lloyd,
  openShard,
  nearest,
  labels,
  groupDistanceSums,
  wardMerges: (points, weights) => chainMerges(wardClusters(points, weights)),
  coMoments,
  mixture: plainMixture,
};
