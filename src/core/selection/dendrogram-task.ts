import type { CandidateSpec } from '../../contracts/algorithms';
import type { DendrogramView } from '../../contracts/dendrogram';
import { canonicalOrder, inverseOrder } from '../clustering/canonical';
import { clusterMeans } from '../clustering/cluster-means';
import { dendrogramView } from '../clustering/hierarchical/dendrogram-view';
import { hierarchicalLabels, labelsOfLeaves } from '../clustering/hierarchical/micro-clusters';
import type { Kernel } from '../clustering/kernel';
import { nearestLabels } from '../clustering/nearest-centroid';
import { unpadCentroids, type Points } from '../clustering/points';

export interface DendrogramPayload {
  readonly spec: Extract<CandidateSpec, { algorithm: 'hierarchical' }>;
  readonly seed: number;
}

/** The top of the tree over the sample, its branches named by the clusters of the candidate that was cut from it. */
export function dendrogramTask({ spec: { linkage, k }, seed }: DendrogramPayload, sample: Points, kernel: Kernel): DendrogramView {
  const tree = hierarchicalLabels(sample, null, { linkage, ks: [k], seed }, kernel);
  const [cut] = tree.labels;
  // A candidate's clusters are in the order of their sizes once rows are assigned to the nearest mean.
  const centroids = unpadCentroids(clusterMeans(sample, cut, k), k, sample.cols, sample.stride);
  const place = inverseOrder(canonicalOrder(nearestLabels(centroids, sample, kernel), k));
  return dendrogramView(tree.dendrogram, labelsOfLeaves(tree, cut.map((label) => place[label])), tree.leafWeights);
}
