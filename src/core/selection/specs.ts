import type { ProjectConfig } from '../../config/project';
import type { Algorithm, CandidateSpec } from '../../contracts/algorithms';

type Modeling = ProjectConfig['modeling'];

/** What tells a candidate from the others of its algorithm, for people; null where only k does. */
export function modelOf(spec: CandidateSpec): string | null {
  switch (spec.algorithm) {
    case 'kmeans':
      return null;
    case 'hierarchical':
      return spec.linkage;
    case 'mixture':
      return spec.model;
    case 'density':
      return spec.method === 'hdbscan'
        ? `hdbscan, clusters of ${spec.minClusterSize}, ${spec.minSamples} neighbours`
        : `dbscan, radius ${spec.eps}, ${spec.minSamples} neighbours`;
  }
}

/** Every k that is fitted: the range, and one less and one more for information. Never more clusters than rows. */
export function ksOf({ min, max }: Modeling['clusters'], rows: number): number[] {
  const first = Math.max(1, min - 1);
  return Array.from({ length: Math.max(0, Math.min(max + 1, rows) - first + 1) }, (_, i) => first + i);
}

/** The candidates of an algorithm, in order. @param rows Rows of the sample. */
export function specsOf(algorithm: Algorithm, modeling: Modeling, rows: number): CandidateSpec[] {
  const ks = ksOf(modeling.clusters, rows);
  switch (algorithm) {
    case 'kmeans':
      return ks.map((k) => ({ algorithm, k }));
    case 'hierarchical':
      return ks.map((k) => ({ algorithm, linkage: modeling.hierarchical.linkage, k }));
    case 'mixture':
      return modeling.mixture.models.flatMap((model) => ks.map((k): CandidateSpec => ({ algorithm, model, k })));
    case 'density':
      return densities(modeling.density, rows);
  }
}

function densities({ method, minSamples, minClusterSizes, eps }: Modeling['density'], rows: number): CandidateSpec[] {
  if (method === 'dbscan') return eps.map((radius) => ({ algorithm: 'density', method, eps: radius, minSamples }));
  const sizes = minClusterSizes.map((share) => Math.max(minSamples, Math.round(share * rows), 2));
  return [...new Set(sizes)].map((minClusterSize) => ({ algorithm: 'density', method, minClusterSize, minSamples }));
}
