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

/**
 * What became of a persona between two releases (the transitions of MONIC, Spiliopoulou et al., KDD 2006): one persona goes on, a part of
 * one that fell apart, several in one, or new.
 */
export type PersonaChange = 'same' | 'split' | 'merged' | 'born';

/** What became of a persona that no cluster continues: its members are mostly in one other, in several parts of it, or nowhere in particular. */
export type PersonaEnd = 'merged' | 'split' | 'retired';

/** Customers that a persona of the parent release and one of this release share. */
export interface PersonaLink {
  /** The other persona: of the parent release in `from`, of this release in `into`. */
  readonly key: string;
  readonly name: string;
  /** Customers of both. */
  readonly customers: number;
  /** Share of the former persona's surviving members who are in the present one. In [0, 1]. */
  readonly overlap: number;
  /** Share of the present persona's members with a persona before who come from the former one. In [0, 1]. */
  readonly share: number;
}

/** A persona of the parent release that this one comes from, with what its key was decided by. */
export interface PersonaOrigin extends PersonaLink {
  /** Surviving members in both / in either. In [0, 1]. */
  readonly jaccard: number;
  /** Root mean square difference of the profiles, in base standard deviations; null where they share no feature. */
  readonly distance: number | null;
}

/** Why a persona has its key. */
export interface PersonaIdentity {
  readonly kind: PersonaChange;
  /** Personas of the parent release that matter for it, largest share first; empty for a first release. */
  readonly from: readonly PersonaOrigin[];
  /** What gave it the key of one of them: shared members, or the profile where those were close; null for a new key. */
  readonly keyBy: 'overlap' | 'profile' | null;
  /** One sentence, without counts of customers. */
  readonly evidence: string;
}

export interface RetiredPersona {
  readonly key: string;
  readonly name: string;
  readonly kind: PersonaEnd;
  /** Where its surviving members are, most first; empty where none survived. The first is its successor. */
  readonly into: readonly PersonaLink[];
  readonly evidence: string;
}

/** A split or a merger a persona went through, itself or as what it comes from: notes of before are to be looked at again. */
export interface PersonaTransition {
  readonly kind: 'split' | 'merged';
  readonly asOf: string;
  /** Number of the release that it happened in; null in that release itself, which has none yet. */
  readonly release: number | null;
  /** Keys of the personas that fell apart or came together. */
  readonly from: readonly string[];
}

/** A persona that retired in some earlier release or this one: its key never comes back, and this is where to look. */
export interface FormerPersona {
  readonly key: string;
  readonly name: string;
  readonly asOf: string;
  readonly kind: PersonaEnd;
  /** Keys of where its members went, most first; the first is its successor. */
  readonly into: readonly string[];
}

/**
 * What a name says of a feature. `high`, `low`: far above or below the base; `one-time`: most ordered once; `typical`: nothing else stands out
 * (no feature); `higher`, `lower`: than the persona `than`, which would have had the same name; `unknown`: too few values to say anything.
 */
export interface NameClaim {
  readonly says: 'high' | 'low' | 'one-time' | 'typical' | 'higher' | 'lower' | 'unknown';
  readonly feature: string | null;
  /** Standing of the feature when the name was given; null where it was not what counted. */
  readonly z: number | null;
  readonly than: string | null;
}

/** How a persona came by its name. */
export interface Naming {
  /** As-of of the release that gave the name; null where an earlier version did not write it down. */
  readonly since: string | null;
  /** What the name says: it stays as long as all of it holds. */
  readonly claims: readonly NameClaim[];
  /** The name before, given up in this release, and what no longer held. */
  readonly before: { readonly name: string; readonly because: string } | null;
}

export interface Persona {
  readonly key: string;
  readonly name: string;
  /** The 2-3 features that earned the name. */
  readonly namedAfter: readonly string[];
  readonly naming: Naming;
  /** Canonical label of the cluster in this run's model. */
  readonly cluster: number;
  readonly change: PersonaChange;
  readonly identity: PersonaIdentity;
  /** Oldest first. */
  readonly transitions: readonly PersonaTransition[];
  /** Share of the surviving members of the persona whose key it continues that are in this one; null with a new key. */
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

/** kind `personas.personas` (JSON). Releases keep the format they were written with: readers take it through `asCurrentPersonas`. */
export interface PersonasReport {
  readonly format: 2;
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
  /** Personas of the parent release that no cluster continues. */
  readonly retired: readonly RetiredPersona[];
  /** Every persona that ever retired on this line of releases, oldest first. */
  readonly former: readonly FormerPersona[];
  readonly whales: { readonly rule: string; readonly customers: number; readonly revenueShare: number };
  readonly atRisk: { readonly rule: string; readonly customers: number };
  /** Every key ever issued on this line of releases, so that none is reused. */
  readonly issuedKeys: readonly string[];
}

/** A row of the table `personas.migration`: customers of both places. Keys are null where there is no persona. */
export interface MigrationRow {
  readonly from_state: 'persona' | 'retired' | 'unassigned' | 'absent';
  readonly from_key: string | null;
  readonly to_state: 'persona' | 'born' | 'unassigned' | 'absent';
  readonly to_key: string | null;
  readonly customers: number;
}
