import { assign } from '../linalg/hungarian';
import type { CrossTable } from './cross-table';

export interface Match {
  readonly cluster: number;
  readonly personaKey: string;
  /** Surviving members in both / surviving members in either. In [0, 1]. */
  readonly jaccard: number;
  /** Share of the persona's surviving members that are in the cluster. In [0, 1]. */
  readonly kept: number;
  /** What decided: the shared members, or the profile between overlaps that are close. */
  readonly by: 'overlap' | 'profile';
}

export interface MatchRule {
  /** Least Jaccard similarity of surviving members with which a key is kept. */
  readonly minOverlap: number;
  /** What the most similar profile is worth in Jaccard similarity: it decides between overlaps nearer than this. */
  readonly close: number;
}

/** How far a persona's profile is from a cluster's, >= 0; null where it is not known. */
export type Distance = (personaKey: string, cluster: number) => number | null;

/**
 * Which clusters continue which personas of the parent release: the one-to-one assignment with the largest total similarity among the pairs
 * that reach `minOverlap`. Similarity is the Jaccard index of surviving members plus `close / (1 + distance of the profiles)`, so profiles
 * decide where overlaps are close and nowhere else. Customers who left or joined count neither for nor against.
 * The matching step of MONIC (Spiliopoulou et al., KDD 2006), with an optimal assignment instead of a threshold alone.
 *
 * @returns The matches, by cluster.
 */
export function matchPersonas({ keys, shared, before, jaccard }: CrossTable, { minOverlap, close }: MatchRule, distance: Distance): Match[] {
  const eligible = (i: number, j: number): boolean => shared[i][j] > 0 && jaccard[i][j] >= minOverlap;
  const nearness = (i: number, j: number): number => {
    const d = distance(keys[i], j);
    return d === null ? 0 : 1 / (1 + d);
  };
  const similarity = jaccard.map((row, i) => row.map((overlap, j) => (eligible(i, j) ? overlap + close * nearness(i, j) : 0)));
  const most = 1 + close;
  const columnOf = assign(similarity.map((row) => row.map((s) => most - s)));
  return columnOf
    .flatMap((cluster, i): Match[] => {
      if (cluster < 0 || !eligible(i, cluster)) return [];
      const overlap = jaccard[i][cluster];
      const rivals = keys.flatMap((_, r) =>
        jaccard[r].flatMap((other, c) => ((r === i) !== (c === cluster) && eligible(r, c) && other > overlap - close ? [nearness(r, c)] : [])),
      );
      const by = rivals.some((near) => near < nearness(i, cluster)) ? 'profile' : 'overlap';
      return [{ cluster, personaKey: keys[i], jaccard: overlap, kept: shared[i][cluster] / before[i], by }];
    })
    .sort((a, b) => a.cluster - b.cluster);
}
