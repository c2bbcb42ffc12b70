export const FEATURE_KINDS = ['count', 'amount', 'days', 'share', 'part', 'score', 'category', 'number'] as const;
/**
 * `count`, `amount` (money), `days`, `number`: real line. `share`: a lone share in [0,1]. `part`: one share of a whole, see `whole`.
 * `score`: small ordinal. `category`: text. Categories and scores are for profiles only.
 */
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** One column of the feature table, described for people and for the stages after it. */
export interface FeatureSpec {
  readonly name: string;
  /** The SQL group (file) it comes from: `rfm`, `orders`, `timing`, `seasonality`, `product_mix`, `country`, `customers`, or a project's own. */
  readonly group: string;
  readonly kind: FeatureKind;
  /** `days`, `orders`, `EUR`, `%`, `products`, … for tables and plots. */
  readonly unit: string;
  /** Label for people: "Days since last order". */
  readonly label: string;
  /** For kind `part`: the name of the whole (`product_mix`, `seasonality`). Parts of one whole sum to 1 for each customer. */
  readonly whole: string | null;
  /** Words a persona name may use when the feature is far above or below the base: ["Frequent", "Rare"]; null: never names. */
  readonly words: { readonly high: string; readonly low: string } | null;
}

/** kind `features.report` (JSON). */
export interface FeaturesReport {
  readonly asOf: string;
  readonly revenue: 'net' | 'gross';
  readonly currency: string;
  readonly customers: number;
  /** Sum of the revenue feature over all customers, decimal text with the config's scale. */
  readonly totalRevenue: string;
  readonly features: readonly FeatureSpec[];
  /** [cohort month YYYY-MM-01, months since, active customers] */
  readonly cohorts: readonly (readonly [string, number, number])[];
}
