import type { FeatureSpec } from '../../contracts/features';
import type { FeatureProfile, Trait } from '../../contracts/personas';

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
 * @param kMin Statistics over fewer values are null: they would describe single customers. So is all that follows from them.
 * @returns One entry per feature.
 */
export function profileOf(cluster: number, customers: number, specs: readonly FeatureSpec[], rows: readonly ProfileRow[], z: readonly number[], kMin: number): FeatureProfile[] {
  const find = (feature: string, of: number | null) => rows.find((row) => row.feature === feature && row.cluster === of);
  const enough = (row: ProfileRow | undefined) => (row !== undefined && row.present >= kMin ? row : undefined);
  return specs.map((spec, i) => {
    const own = enough(find(spec.name, cluster));
    const all = enough(find(spec.name, null));
    const statistic = statisticOf(spec);
    const base = all?.[statistic] ?? null;
    const value = own?.[statistic] ?? null;
    return {
      feature: spec.name,
      label: spec.label,
      unit: spec.unit,
      value,
      base,
      lift: value === null || base === null || base === 0 ? null : value / base,
      z: own === undefined ? null : z[i],
      statistic,
      mean: own?.mean ?? null,
      median: own?.median ?? null,
      q25: own?.q25 ?? null,
      q75: own?.q75 ?? null,
      baseMean: all?.mean ?? null,
      baseMedian: all?.median ?? null,
      missing: customers - (find(spec.name, cluster)?.present ?? 0),
    };
  });
}

/** A profile entry whose statistics are shown. */
export type ShownProfile = FeatureProfile & Trait;

export const isShown = <T extends Pick<FeatureProfile, 'value' | 'base' | 'z'>>(entry: T): entry is T & Pick<Trait, 'value' | 'base' | 'z'> =>
  entry.value !== null && entry.base !== null && entry.z !== null;
