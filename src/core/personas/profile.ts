import type { FeatureSpec } from '../../contracts/features';
import type { FeatureProfile } from '../../contracts/personas';

/** One row of the SQL model `personas/profile`: a feature in a cluster, or in the base where `cluster` is null. */
export interface ProfileRow {
  readonly feature: string;
  readonly cluster: number | null;
  /** Customers with a value. */
  readonly present: number;
  readonly mean: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
}

/** Features that have a number: all but categories. */
export const numericFeatures = (specs: readonly FeatureSpec[]): FeatureSpec[] => specs.filter(({ kind }) => kind !== 'category');

/** Shares are summarised by their mean (which adds up over a whole), everything else by its median. */
export const statisticOf = ({ kind }: FeatureSpec): 'mean' | 'median' => (kind === 'share' || kind === 'part' ? 'mean' : 'median');

/**
 * Profile of one cluster over the numeric features, in raw units against the base.
 *
 * @param z Standing of the cluster by feature, in the order of `specs`.
 * @param customers Size of the cluster.
 * @returns One entry per feature; where no customer of the cluster has a value, the statistics are null and `value` is the base's.
 */
export function profileOf(cluster: number, customers: number, specs: readonly FeatureSpec[], rows: readonly ProfileRow[], z: readonly number[]): FeatureProfile[] {
  const find = (feature: string, of: number | null) => rows.find((row) => row.feature === feature && row.cluster === of);
  return specs.map((spec, i) => {
    const own = find(spec.name, cluster);
    const all = find(spec.name, null);
    const statistic = statisticOf(spec);
    const base = all?.[statistic] ?? 0;
    const value = own?.[statistic] ?? base;
    return {
      feature: spec.name,
      label: spec.label,
      unit: spec.unit,
      value,
      base,
      lift: base === 0 ? null : value / base,
      z: z[i],
      statistic,
      mean: own?.mean ?? null,
      median: own?.median ?? null,
      q25: own?.q25 ?? null,
      q75: own?.q75 ?? null,
      baseMean: all?.mean ?? null,
      baseMedian: all?.median ?? null,
      missing: customers - (own?.present ?? 0),
    };
  });
}
