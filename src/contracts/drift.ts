/** What moved so far in a feature that it counts as drift. */
export type DriftAlarm = 'psi' | 'ks' | 'mean' | 'missing';

/** One feature of the model, in raw units, on the day the model was fitted (reference) and today (current). */
export interface FeatureDrift {
  readonly feature: string;
  readonly label: string;
  readonly unit: string;
  /** Customers with a value. */
  readonly values: { readonly reference: number; readonly current: number };
  /** Share of the customers without one. */
  readonly missing: { readonly reference: number; readonly current: number };
  /** Population stability index and two-sample Kolmogorov-Smirnov statistic; null where a day has no value. */
  readonly psi: number | null;
  readonly ks: number | null;
  /** Values above it count as it in the means: the 99 % quantile of the reference; null where that has no value. */
  readonly cap: number | null;
  /** Of the means, 0.1 is 10 % more, with its bootstrap interval; null where a relative change says nothing. */
  readonly mean: {
    readonly reference: number;
    readonly current: number;
    readonly change: number;
    readonly low: number;
    readonly high: number;
  } | null;
  readonly alarms: readonly DriftAlarm[];
}

/** A persona of the model, as a share of all customers of a day. */
export interface ShareChange {
  readonly cluster: number;
  readonly key: string;
  readonly name: string;
  readonly reference: number;
  readonly current: number;
}

/** How the customers of today lie in the current model. Shares are of all customers of a day. */
export interface ModelFit {
  readonly personas: readonly ShareChange[];
  readonly unassigned: { readonly reference: number; readonly current: number };
  /**
   * Share of customers far from every persona. `distance`: beyond the 99 % quantile of the reference's distances to the nearest centre;
   * `density`: below the 1 % quantile of its mixture densities; `unassigned`: reached by no dense region.
   */
  readonly far: { readonly measure: 'distance' | 'density' | 'unassigned'; readonly reference: number; readonly current: number };
}

/** kind `drift.report` (JSON): today's customers against those the current model was fitted to. Aggregates only. */
export interface DriftReport {
  readonly format: 1;
  readonly asOf: string;
  /** The release whose model is looked at, and the as-of date it was fitted on. */
  readonly model: { readonly release: number; readonly fittedAsOf: string };
  readonly customers: { readonly reference: number; readonly current: number; /** On both days; null where it was not counted. */ readonly both: number | null };
  /** Null where the model cannot place the customers of today; `unplaceable` says why. */
  readonly fit: ModelFit | null;
  readonly unplaceable: string | null;
  readonly features: readonly FeatureDrift[];
  /** What of it is drift, by the config's thresholds. */
  readonly findings: readonly ModeReason[];
  /** What a run in `auto` mode does, and why. */
  readonly choice: ModeChoice;
}

/** How a run in `auto` mode gets its model. */
export interface ModeChoice {
  readonly mode: 'score' | 'refit';
  /** Every reason to refit, or the one to score. */
  readonly reasons: readonly ModeReason[];
}

/** What a decision on the mode rests on. */
export const MODE_RULES = ['first', 'settings', 'ahead', 'age', 'drift', 'customers', 'sizes', 'far', 'unplaceable', 'fresh'] as const;
export type ModeRule = (typeof MODE_RULES)[number];

export interface ModeReason {
  readonly rule: ModeRule;
  /** For people: "spend: mean +12.3% (+9.1% to +15.6%)". */
  readonly evidence: string;
}

/** Whether a new model takes over, and what each rule found. */
export interface ChallengeVerdict {
  readonly winner: 'challenger' | 'champion';
  /** Only an approver's consent is missing. */
  readonly approvable: boolean;
  readonly findings: readonly { readonly rule: 'gates' | 'stability' | 'kept'; readonly passed: boolean; readonly evidence: string }[];
}

/** kind `challenge.report` (JSON): the contest of a model that `auto` fitted anew with the current one. */
export interface ChallengeReport {
  readonly format: 1;
  /** SHA-256 of either model. */
  readonly challenger: string;
  readonly champion: string;
  /** Customers with a persona in the parent release who are present today, and how many keep it with the challenger. */
  readonly customers: number;
  readonly kept: number;
  readonly verdict: ChallengeVerdict;
  readonly text: string;
}
