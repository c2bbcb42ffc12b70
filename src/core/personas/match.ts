import { assign } from '../linalg/hungarian';

/** Customers present in both releases, by the persona they had and the cluster they have now. */
export interface Overlap {
  readonly personaKey: string;
  readonly cluster: number;
  readonly customers: number;
}

export interface Match {
  readonly cluster: number;
  readonly personaKey: string;
  /** Surviving members in both / surviving members in either. In [0, 1]. */
  readonly jaccard: number;
  /** Share of the persona's surviving members that are in the cluster. In [0, 1]. */
  readonly kept: number;
}

/**
 * Which clusters continue which personas of the parent release: the one-to-one assignment with the largest total Jaccard similarity
 * over surviving members, then only pairs that reach `minOverlap`. Customers who left or joined count neither for nor against.
 * The matching step of MONIC (Spiliopoulou et al., KDD 2006), with an optimal assignment instead of a threshold alone.
 *
 * @param parents Keys of the parent release's personas.
 * @param overlaps Non-empty cells of the cross table; each persona key is one of `parents`.
 * @param k Clusters are 0..k-1.
 * @returns The matches, by cluster; a cluster without one is born, a parent without one is retired.
 */
export function matchPersonas(parents: readonly string[], overlaps: readonly Overlap[], k: number, minOverlap: number): Match[] {
  const rows = [...parents].sort();
  const shared = rows.map((key) => {
    const row = new Array<number>(k).fill(0);
    for (const { personaKey, cluster, customers } of overlaps) if (personaKey === key) row[cluster] += customers;
    return row;
  });
  const before = shared.map((row) => sum(row));
  const now = Array.from({ length: k }, (_, j) => sum(shared.map((row) => row[j])));
  const jaccard = shared.map((row, i) => row.map((both, j) => (both === 0 ? 0 : both / (before[i] + now[j] - both))));
  const columnOf = assign(jaccard.map((row) => row.map((similarity) => 1 - similarity)));
  return columnOf
    .flatMap((cluster, i) => {
      if (cluster < 0 || shared[i][cluster] === 0 || jaccard[i][cluster] < minOverlap) return [];
      return [{ cluster, personaKey: rows[i], jaccard: jaccard[i][cluster], kept: shared[i][cluster] / before[i] }];
    })
    .sort((a, b) => a.cluster - b.cluster);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
