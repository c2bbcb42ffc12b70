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
