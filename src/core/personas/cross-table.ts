/** Customers present in both releases, by the persona they had and the cluster they have now. */
export interface Overlap {
  readonly personaKey: string;
  readonly cluster: number;
  readonly customers: number;
}

/** Personas of the parent release against clusters: customers that are in a persona before and in a cluster now, the survivors. */
export interface CrossTable {
  /** Personas of the parent release, in ascending order: the rows. */
  readonly keys: readonly string[];
  readonly shared: readonly (readonly number[])[];
  /** Survivors of each persona. */
  readonly before: readonly number[];
  /** Survivors in each cluster. */
  readonly now: readonly number[];
  /** Survivors in both / in either; 0 where there are none. */
  readonly jaccard: readonly (readonly number[])[];
}

/**
 * @param parents Keys of the parent release's personas.
 * @param overlaps Non-empty cells; each persona key is one of `parents`.
 * @param k Clusters are 0..k-1.
 */
export function crossTable(parents: readonly string[], overlaps: readonly Overlap[], k: number): CrossTable {
  const keys = [...parents].sort();
  const shared = keys.map((key) => {
    const row = new Array<number>(k).fill(0);
    for (const { personaKey, cluster, customers } of overlaps) if (personaKey === key) row[cluster] += customers;
    return row;
  });
  const before = shared.map((row) => sum(row));
  const now = Array.from({ length: k }, (_, j) => sum(shared.map((row) => row[j])));
  const jaccard = shared.map((row, i) => row.map((both, j) => (both === 0 ? 0 : both / (before[i] + now[j] - both))));
  return { keys, shared, before, now, jaccard };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
