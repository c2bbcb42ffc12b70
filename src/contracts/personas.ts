/** How one feature of a persona stands against the base (all customers), in raw units. */
export interface Trait {
  readonly feature: string;
  readonly label: string;
  readonly unit: string;
  /** Median for real-valued features, mean for shares. */
  readonly value: number;
  readonly base: number;
  /** value / base, null where the base is 0. */
  readonly lift: number | null;
  /** (persona mean − base mean) / base sd on the prepared scale or raw scale where not modelled: what ranks the traits. */
  readonly z: number;
  readonly statistic: 'median' | 'mean';
}

/** A feature of a persona. Statistics of fewer than kMin customers who have a value are null: of the persona, and of the base. */
export interface FeatureProfile extends Omit<Trait, 'value' | 'base' | 'z'> {
  readonly value: number | null;
  readonly base: number | null;
  readonly z: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  readonly q25: number | null;
  readonly q75: number | null;
  readonly baseMean: number | null;
  readonly baseMedian: number | null;
  readonly missing: number;
}

/** For a category feature: share of each level in the persona and in the base; cells below kMin are suppressed (null). */
export interface CategoryProfile {
  readonly feature: string;
  readonly label: string;
  readonly levels: readonly { readonly level: string; readonly share: number | null; readonly base: number }[];
}

export type PersonaChange = 'same' | 'born';

export interface Persona {
  readonly key: string;
  readonly name: string;
  /** The 2-3 features that earned the name. */
  readonly namedAfter: readonly string[];
  /** Canonical label of the cluster in this run's model. */
  readonly cluster: number;
  readonly change: PersonaChange;
  /** Share of the parent persona's surviving members that are in this one; null when born. */
  readonly overlap: number | null;
  readonly bornAsOf: string;
  readonly customers: number;
  readonly share: number;
  /** Decimal text. */
  readonly revenue: string;
  readonly revenueShare: number;
  readonly stability: { readonly jaccard: number | null; readonly label: string };
  /** Three headline traits, strongest first. */
  readonly traits: readonly Trait[];
  readonly profile: readonly FeatureProfile[];
  readonly categories: readonly CategoryProfile[];
  readonly kpis: readonly {
    readonly kpi: string;
    readonly label: string;
    readonly unit: string;
    readonly value: number | null;
    readonly base: number | null;
  }[];
  readonly whales: number;
  readonly atRisk: number;
}

/** kind `personas.personas` (JSON). */
export interface PersonasReport {
  readonly asOf: string;
  readonly customers: number;
  readonly totalRevenue: string;
  readonly revenue: 'net' | 'gross';
  readonly currency: string;
  readonly parentRelease: number | null;
  readonly personas: readonly Persona[];
  /** Customers that belong to no persona; with the personas they add up to all. */
  readonly unassigned: {
    readonly customers: number;
    readonly share: number;
    readonly revenue: string;
    readonly revenueShare: number;
    readonly whales: number;
    readonly atRisk: number;
  };
  readonly retired: readonly { readonly key: string; readonly name: string }[];
  readonly whales: { readonly rule: string; readonly customers: number; readonly revenueShare: number };
  readonly atRisk: { readonly rule: string; readonly customers: number };
  /** Every key ever issued on this line of releases, so that none is reused. */
  readonly issuedKeys: readonly string[];
}
