import type { Algorithm } from '../../src/contracts/algorithms';
import type { FeatureSpec } from '../../src/contracts/features';
import type { Persona } from '../../src/contracts/personas';
import { projectConfig } from '../../src/config/project';
import type { ShownProfile } from '../../src/core/personas/profile';
import type { ReportInputs } from '../../src/core/report/inputs';
import { CUSTOMERS, FEATURES, PERSONAS, type PlannedPersona } from './report-fixture/plan';
import { pcaOf, preprocessingOf, outliersOf } from './report-fixture/model';
import { certaintyOf } from './report-fixture/certainty';
import { holdoutOf } from './report-fixture/holdout';
import { centroidsOf, storedSolutionOf } from './report-fixture/solutions';
import { MODELING, selectionOf, UNASSIGNED } from './report-fixture/selection';
import { cleanReport, cohortsOf, extractReport, qualityReport } from './report-fixture/data';

const KEYS = ['psn_k7m2x4qa', 'psn_3fwd9z6h', 'psn_qp5tn2ye', 'psn_b4vr8k1s', 'psn_h9jc6m3u'];
const TOTAL_REVENUE = 8_278_519.424;

const statistic = ({ kind }: FeatureSpec): 'mean' | 'median' =>
  kind === 'share' || kind === 'part' ? 'mean' : 'median';

function profile(spec: FeatureSpec, { z: factors }: PlannedPersona): ShownProfile {
  const { base, spread, skewed } = FEATURES.find((f) => f.spec.name === spec.name)!;
  const z = factors[spec.name] ?? 0;
  const bounded = spec.kind === 'share' || spec.kind === 'part';
  const at = (offset: number): number => {
    const value = skewed ? base * Math.exp(offset * spread) : base + offset * spread;
    return bounded ? Math.min(1, Math.max(0, value)) : Math.max(0, Math.round(value * 100) / 100);
  };
  const value = at(z);
  return {
    feature: spec.name,
    label: spec.label,
    unit: spec.unit,
    value,
    base,
    lift: base === 0 ? null : value / base,
    z,
    statistic: statistic(spec),
    mean: at(z + 0.12),
    median: value,
    q25: at(z - 0.4),
    q75: at(z + 0.5),
    baseMean: at(0.2),
    baseMedian: base,
    missing: spec.name === 'interpurchase_days' ? 7 : 0,
  };
}

function persona(planned: PlannedPersona, cluster: number, everyone: number): Persona {
  const specs = FEATURES.map((f) => f.spec).filter((s) => s.kind !== 'category');
  const entries = specs.map((spec) => profile(spec, planned));
  const strongest = [...entries].sort((a, b) => Math.abs(b.z) - Math.abs(a.z)).slice(0, 3);
  const revenue = planned.revenueShare * TOTAL_REVENUE;
  const kpi = (name: string) => entries.find((e) => e.feature === name)!;
  return {
    key: KEYS[cluster],
    name: planned.name,
    namedAfter: strongest.map((t) => t.feature).slice(0, 2),
    cluster,
    change: planned.born ? 'born' : 'same',
    transitions: [],
    naming: { since: '2011-06-30', claims: [], before: null },
    identity: {
      kind: planned.born ? 'born' : 'same',
      from: [],
      keyBy: planned.born ? null : 'overlap',
      evidence: planned.born ? 'none of its members were in a persona before' : 'most of its members are still together',
    },
    overlap: planned.born ? null : 0.94 - cluster * 0.03,
    bornAsOf: planned.born ? '2011-12-09' : '2011-06-30',
    customers: planned.customers,
    share: planned.customers / everyone,
    revenue: revenue.toFixed(4),
    revenueShare: planned.revenueShare,
    stability: {
      jaccard: planned.jaccard,
      label: planned.jaccard >= 0.75 ? 'stable' : planned.jaccard >= 0.6 ? 'pattern' : 'not to be trusted',
    },
    traits: strongest,
    profile: entries,
    categories: [
      {
        feature: 'country_group',
        label: 'Country group',
        levels: [
          { level: 'United Kingdom', share: planned.home, base: 0.903 },
          { level: 'DACH & France', share: 0.97 - planned.home, base: 0.061 },
          { level: 'other', share: planned.customers > 600 ? 0.03 : null, base: 0.036 },
        ],
      },
    ],
    kpis: [
      { kpi: 'revenue', label: 'Revenue', unit: 'GBP', value: revenue, base: TOTAL_REVENUE },
      {
        kpi: 'frequency',
        label: 'Orders',
        unit: 'orders',
        value: kpi('frequency').mean,
        base: kpi('frequency').baseMean,
      },
      {
        kpi: 'return_rate',
        label: 'Returned value',
        unit: '%',
        value: kpi('return_rate').mean,
        base: kpi('return_rate').baseMean,
      },
    ],
    whales: planned.whales,
    atRisk: planned.atRisk,
  };
}

/**
 * A retailer's release with five personas, like the Online Retail data in size and shape; every number is made up or follows from the plan.
 *
 * @param winner The algorithm that made the personas, of the four that took part. With a density 592 more customers belong to no persona.
 */
export function reportFixture(winner: Algorithm = 'kmeans'): ReportInputs {
  const unassigned = winner === 'density' ? UNASSIGNED : 0;
  const config = projectConfig.parse({
    version: 1,
    project: 'gift-shop',
    environment: 'prod',
    title: 'Gift shop customer personas',
    currency: 'GBP',
    timeZone: 'Europe/London',
    objective: {
      touchpoint: 'spring catalogue and the weekly newsletter',
      kpis: ['revenue', 'frequency', 'return_rate'],
      stakeholders: ['CRM team', 'Merchandising', 'Finance'],
      granularity: { min: 3, max: 6 },
    },
    sources: {
      transactions: {
        path: 'exports/*.parquet',
        format: 'parquet',
        columns: Object.fromEntries(
          ['customer_id', 'order_id', 'product_code', 'quantity', 'unit_price', 'ordered_at'].map((name) => [
            name,
            {
              from: name,
              type:
                name === 'quantity'
                  ? 'integer'
                  : name === 'unit_price'
                    ? 'decimal'
                    : name === 'ordered_at'
                      ? 'timestamp'
                      : 'text',
            },
          ]),
        ),
      },
    },
    features: {
      model: [
        'recency_days',
        'frequency',
        'monetary',
        'average_order_value',
        'distinct_products',
        'return_rate',
        'seasonality',
        'product_mix',
      ],
    },
    modeling: MODELING,
    privacy: { purpose: 'To send fewer and better matched mailings', projectKey: { env: 'GIFT_SHOP_KEY' } },
  });
  const personas = PERSONAS.map((planned, cluster) => persona(planned, cluster, CUSTOMERS + unassigned));
  const preprocessing = preprocessingOf();
  const selection = selectionOf(winner);
  return {
    config,
    facts: {
      project: 'gift-shop',
      environment: 'prod',
      asOf: '2011-12-09',
      knownAt: null,
      projectKeyId: 'key_5f0c1d7a92be',
      configDigest: '9c1f2a7be0d84a3f6c55d2107b9ea4431f0d6e8c27b5a9904e13f8d7c6a25b10',
      codeVersion: '0.1.0',
      seed: 42,
    },
    extract: extractReport(),
    quality: qualityReport(),
    clean: cleanReport(),
    features: {
      asOf: '2011-12-09',
      revenue: 'net',
      currency: 'GBP',
      customers: CUSTOMERS + unassigned,
      totalRevenue: TOTAL_REVENUE.toFixed(4),
      features: FEATURES.map((f) => f.spec),
      cohorts: cohortsOf(),
    },
    preprocessing,
    selection,
    model: {
      format: 3,
      algorithm: winner,
      model: selection.chosen.model,
      k: 5,
      preprocessing,
      centroids: centroidsOf(5),
      solution: storedSolutionOf(winner, 5),
      sizes: PERSONAS.map((p) => p.customers),
      unassigned,
      inertia: 40_633.1,
      seed: 42,
    },
    check: {
      implementation: 'ml-kmeans 7.0.1',
      of: winner === 'kmeans' ? 'the published k-means solution, k = 5' : 'the best k-means candidate, k = 5',
      rows: CUSTOMERS,
      disagreements: 0,
      ties: 0,
      largestMove: 3.2e-12,
      allowedMove: 1e-3,
      stepDifference: 4.1e-13,
      ownMove: 2.8e-12,
      passed: true,
    },
    second: {
      rows: 1338,
      k: 5,
      adjustedRand: 0.87,
      jaccards: [0.93, 0.94, 0.87, 0.83, 0.74],
      finding:
        'Fitted anew to 1338 other customers, the same specification gives the published groups with an adjusted Rand index of 0.87 and a mean Jaccard of 0.86.',
    },
    holdout: holdoutOf(preprocessing.columns.map(({ column }) => column)),
    pca: pcaOf(preprocessing, unassigned),
    picture: null,
    certainty: certaintyOf(),
    personas: {
      asOf: '2011-12-09',
      customers: CUSTOMERS + unassigned,
      totalRevenue: TOTAL_REVENUE.toFixed(4),
      revenue: 'net',
      currency: 'GBP',
      format: 2,
      parentRelease: 12,
      personas,
      unassigned: {
        customers: unassigned,
        share: unassigned / (CUSTOMERS + unassigned),
        revenue: '0.0000',
        revenueShare: 0,
        whales: 0,
        atRisk: 0,
      },
      retired: [
        {
          key: 'psn_2x8e5dwn',
          name: 'Christmas one-timers',
          kind: 'retired',
          into: [],
          evidence: 'none of its members are in a persona now',
        },
      ],
      former: [{ key: 'psn_2x8e5dwn', name: 'Christmas one-timers', asOf: '2011-12-09', kind: 'retired', into: [] }],
      whales: {
        rule: 'top 1 % of the customers by revenue, rounded up; ties by customer key',
        customers: PERSONAS.reduce((n, p) => n + p.whales, 0),
        revenueShare: 0.318,
      },
      atRisk: {
        rule: "days since the last order > 2 × the customer's own median gap between orders, with at least 3 orders",
        customers: PERSONAS.reduce((n, p) => n + p.atRisk, 0),
      },
      issuedKeys: [...KEYS, 'psn_2x8e5dwn'],
    },
    migration: null,
    notes: null,
    pictures: new Map(),
    outliers: outliersOf(preprocessing),
  };
}
