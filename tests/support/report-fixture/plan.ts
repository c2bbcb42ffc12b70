import type { FeatureKind, FeatureSpec } from '../../../src/contracts/features';

export const CUSTOMERS = 4338;

export interface PlannedFeature {
  readonly spec: FeatureSpec;
  /** Typical value of all customers, and how far one standard deviation reaches: added, or as a factor's logarithm where skewed. */
  readonly base: number;
  readonly spread: number;
  readonly skewed: boolean;
}

const feature = (
  name: string,
  group: string,
  kind: FeatureKind,
  unit: string,
  label: string,
  base: number,
  spread: number,
  skewed = false,
  whole: string | null = null,
): PlannedFeature => ({
  spec: { name, group, kind, unit, label, whole, words: null },
  base,
  spread,
  skewed,
});

export const FEATURES: readonly PlannedFeature[] = [
  feature('recency_days', 'rfm', 'days', 'days', 'Days since last order', 51, 1.05, true),
  feature('frequency', 'rfm', 'count', 'orders', 'Orders', 2, 0.75, true),
  feature('monetary', 'rfm', 'amount', 'GBP', 'Revenue', 674.45, 1.1, true),
  feature('average_order_value', 'orders', 'amount', 'GBP', 'Average order value', 293.9, 0.6, true),
  feature('basket_units', 'orders', 'count', 'units', 'Units per order', 176, 0.7, true),
  feature('distinct_products', 'orders', 'count', 'products', 'Different products', 35, 0.9, true),
  feature('return_rate', 'orders', 'share', '%', 'Returned value', 0.034, 0.05),
  feature('tenure_days', 'timing', 'days', 'days', 'Days since first order', 249, 105),
  feature('interpurchase_days', 'timing', 'days', 'days', 'Days between orders', 58, 0.6, true),
  feature('weekend_share', 'timing', 'share', '%', 'Weekend orders', 0.142, 0.2),
  feature('season_spring', 'seasonality', 'part', '%', 'Spring', 0.221, 0.2, false, 'seasonality'),
  feature('season_summer', 'seasonality', 'part', '%', 'Summer', 0.208, 0.2, false, 'seasonality'),
  feature('season_autumn', 'seasonality', 'part', '%', 'Autumn', 0.392, 0.25, false, 'seasonality'),
  feature('season_winter', 'seasonality', 'part', '%', 'Winter', 0.179, 0.2, false, 'seasonality'),
  feature('mix_christmas', 'product_mix', 'part', '%', 'Christmas', 0.087, 0.1, false, 'product_mix'),
  feature('mix_kitchen', 'product_mix', 'part', '%', 'Kitchen', 0.243, 0.15, false, 'product_mix'),
  feature('mix_bags', 'product_mix', 'part', '%', 'Bags', 0.118, 0.12, false, 'product_mix'),
  feature('mix_decoration', 'product_mix', 'part', '%', 'Decoration & lights', 0.312, 0.16, false, 'product_mix'),
  feature('mix_other', 'product_mix', 'part', '%', 'Other', 0.24, 0.15, false, 'product_mix'),
  feature('country_group', 'country', 'category', '', 'Country group', 0, 1),
];

export interface PlannedPersona {
  readonly name: string;
  readonly customers: number;
  readonly revenueShare: number;
  readonly jaccard: number;
  readonly whales: number;
  readonly atRisk: number;
  readonly home: number;
  readonly born?: boolean;
  readonly z: Readonly<Record<string, number>>;
}

export const PERSONAS: readonly PlannedPersona[] = [
  {
    name: 'Occasional small baskets',
    customers: 1382,
    revenueShare: 0.074,
    jaccard: 0.91,
    whales: 0,
    atRisk: 124,
    home: 0.92,
    z: {
      recency_days: 0.35,
      frequency: -0.62,
      monetary: -0.84,
      average_order_value: -0.7,
      basket_units: -0.75,
      distinct_products: -0.8,
      return_rate: -0.2,
      tenure_days: 0.1,
      interpurchase_days: 0.3,
      season_autumn: 0.1,
      mix_kitchen: 0.2,
    },
  },
  {
    name: 'Loyal frequent buyers',
    customers: 1034,
    revenueShare: 0.579,
    jaccard: 0.95,
    whales: 33,
    atRisk: 161,
    home: 0.9,
    z: {
      recency_days: -0.98,
      frequency: 1.32,
      monetary: 1.21,
      average_order_value: 0.35,
      basket_units: 0.4,
      distinct_products: 1.12,
      return_rate: 0.31,
      tenure_days: 0.7,
      interpurchase_days: -0.8,
      weekend_share: 0.2,
      mix_decoration: 0.2,
    },
  },
  {
    name: 'Lapsed bargain hunters',
    customers: 898,
    revenueShare: 0.061,
    jaccard: 0.88,
    whales: 0,
    atRisk: 96,
    home: 0.94,
    z: {
      recency_days: 1.31,
      frequency: -0.7,
      monetary: -0.66,
      average_order_value: -0.2,
      basket_units: -0.1,
      distinct_products: -0.6,
      return_rate: -0.1,
      tenure_days: 0.55,
      interpurchase_days: 0.2,
      season_spring: 1.02,
      season_autumn: -0.9,
      mix_bags: 0.3,
    },
  },
  {
    name: 'Christmas gift seekers',
    customers: 617,
    revenueShare: 0.092,
    jaccard: 0.82,
    whales: 2,
    atRisk: 14,
    home: 0.89,
    born: true,
    z: {
      recency_days: -0.45,
      frequency: -0.3,
      monetary: 0.05,
      average_order_value: 0.2,
      basket_units: 0.3,
      distinct_products: 0.1,
      return_rate: -0.2,
      tenure_days: -1.1,
      interpurchase_days: -0.1,
      season_autumn: 1.35,
      season_spring: -0.8,
      season_summer: -0.7,
      mix_christmas: 1.74,
      mix_kitchen: -0.5,
      mix_bags: -0.4,
    },
  },
  {
    name: 'High-value wholesale accounts',
    customers: 407,
    revenueShare: 0.194,
    jaccard: 0.71,
    whales: 9,
    atRisk: 21,
    home: 0.72,
    z: {
      recency_days: -0.2,
      frequency: 0.25,
      monetary: 0.98,
      average_order_value: 1.85,
      basket_units: 1.92,
      distinct_products: 0.1,
      return_rate: 0.52,
      tenure_days: 0.2,
      interpurchase_days: 0.1,
      weekend_share: -0.4,
      mix_kitchen: 0.62,
      mix_other: 0.2,
    },
  },
];
