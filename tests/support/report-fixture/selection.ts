import type { Candidate, ClusterStability, SelectionReport } from '../../../src/contracts/selection';
import { CUSTOMERS, PERSONAS } from './plan';

const RESAMPLES = 50;

interface Row {
  readonly k: number;
  readonly inertia: number;
  readonly silhouette: number;
  readonly ch: number;
  readonly db: number;
  readonly jaccard: number;
  readonly smallest: number;
  readonly status: Candidate['status'];
  readonly why: string;
}

const ROWS: readonly Row[] = [
  {
    k: 2,
    inertia: 38_912.4,
    silhouette: 0.287,
    ch: 1874.2,
    db: 1.412,
    jaccard: 0.99,
    smallest: 0.41,
    status: 'information',
    why: '2 clusters lie outside of the limits 3 to 6 and are shown for information (mean Jaccard 0.99).',
  },
  {
    k: 3,
    inertia: 34_120.9,
    silhouette: 0.241,
    ch: 1533.9,
    db: 1.587,
    jaccard: 0.94,
    smallest: 0.22,
    status: 'lost',
    why: '3 clusters are reproduced too (mean Jaccard 0.94), but 5 are and tell more customers apart.',
  },
  {
    k: 4,
    inertia: 30_874.2,
    silhouette: 0.229,
    ch: 1366.8,
    db: 1.531,
    jaccard: 0.9,
    smallest: 0.15,
    status: 'lost',
    why: '4 clusters are reproduced too (mean Jaccard 0.90), but 5 are and tell more customers apart.',
  },
  {
    k: 5,
    inertia: 28_101.7,
    silhouette: 0.234,
    ch: 1295.1,
    db: 1.466,
    jaccard: 0.86,
    smallest: 0.094,
    status: 'chosen',
    why: '5 clusters: the largest number from 3 to 6 that passes the size gates and that resampling reproduces (mean Jaccard 0.86, at least 0.85 asked).',
  },
  {
    k: 6,
    inertia: 26_430.3,
    silhouette: 0.221,
    ch: 1202.7,
    db: 1.502,
    jaccard: 0.74,
    smallest: 0.061,
    status: 'lost',
    why: '6 clusters are not reproduced by resampling well enough (mean Jaccard 0.74, at least 0.85 asked).',
  },
  {
    k: 7,
    inertia: 25_122.8,
    silhouette: 0.214,
    ch: 1124.4,
    db: 1.523,
    jaccard: 0.69,
    smallest: 0.048,
    status: 'information',
    why: '7 clusters lie outside of the limits 3 to 6 and are shown for information (mean Jaccard 0.69).',
  },
  {
    k: 8,
    inertia: 24_011.5,
    silhouette: 0.207,
    ch: 1061.3,
    db: 1.541,
    jaccard: 0.66,
    smallest: 0.031,
    status: 'information',
    why: '8 clusters lie outside of the limits 3 to 6 and are shown for information (mean Jaccard 0.66).',
  },
  {
    k: 9,
    inertia: 23_064.9,
    silhouette: 0.204,
    ch: 1007.8,
    db: 1.538,
    jaccard: 0.61,
    smallest: 0.0168,
    status: 'rejected',
    why: '9 clusters fail a gate: smallest cluster 1.7 % of customers, at least 2.0 % asked.',
  },
  {
    k: 10,
    inertia: 22_241.2,
    silhouette: 0.198,
    ch: 961.9,
    db: 1.552,
    jaccard: 0.57,
    smallest: 0.0018,
    status: 'rejected',
    why: '10 clusters fail a gate: smallest cluster 0.2 % of customers, at least 2.0 % asked.',
  },
];

function sizesOf({ k, smallest, status }: Row): number[] {
  if (status === 'chosen') return PERSONAS.map((p) => p.customers);
  const last = Math.round(CUSTOMERS * smallest);
  const each = Math.floor((CUSTOMERS - last) / (k - 1));
  return [CUSTOMERS - last - each * (k - 2), ...Array.from({ length: k - 2 }, () => each), last];
}

const labelOf = (jaccard: number): ClusterStability['label'] =>
  jaccard >= 0.75 ? 'stable' : jaccard >= 0.6 ? 'pattern' : 'not to be trusted';

function candidate(row: Row): Candidate {
  const sizes = sizesOf(row);
  const jaccards = row.status === 'chosen' ? PERSONAS.map((p) => p.jaccard) : sizes.map(() => row.jaccard);
  const small = row.smallest < 0.02;
  return {
    algorithm: 'kmeans',
    k: row.k,
    inertia: row.inertia,
    silhouette: row.silhouette,
    calinskiHarabasz: row.ch,
    daviesBouldin: row.db,
    sizes,
    shares: sizes.map((n) => n / CUSTOMERS),
    meanJaccard: row.jaccard,
    stability: jaccards.map((jaccard) => ({
      jaccard,
      dissolved: Math.round((1 - jaccard) * 20),
      recovered: Math.round(jaccard * RESAMPLES),
      label: labelOf(jaccard),
    })),
    withinLimits: row.k >= 3 && row.k <= 6,
    gates: [
      {
        gate: 'minShare',
        passed: !small,
        evidence: `smallest cluster ${(row.smallest * 100).toFixed(1)} % of customers, at least 2.0 % asked`,
      },
      { gate: 'maxShare', passed: true, evidence: 'within limits' },
    ],
    restarts: 20,
    replicated: row.k > 8 ? 2 : 20 - row.k,
    iterations: 24,
    converged: true,
    centroids: sizes.map((_, i) => [i, -i]),
    status: row.status,
    why: row.why,
  };
}

export const selectionOf = (): SelectionReport => ({
  rule: 'The largest k from 3 to 6 that passes the size gates and has a mean bootstrap Jaccard of at least 0.85; where none has, the k with the highest mean Jaccard among those that pass the gates.',
  limits: { min: 3, max: 6 },
  range: { min: 2, max: 10 },
  candidates: ROWS.map(candidate),
  chosen: { algorithm: 'kmeans', k: 5 },
  why: '5 personas, because that is the largest number between 3 and 6 whose groups are big enough and come back when the customers are drawn again 50 times (mean Jaccard 0.86).',
  evidence: [
    {
      criterion: 'stability',
      k: 2,
      agrees: false,
      note: 'highest mean Jaccard, 0.99; plain stability prefers few clusters',
    },
    { criterion: 'silhouette', k: 2, agrees: false, note: 'highest silhouette, 0.287; prefers coarse splits' },
    { criterion: 'calinski-harabasz', k: 2, agrees: false, note: 'highest index, 1874' },
    { criterion: 'davies-bouldin', k: 2, agrees: false, note: 'lowest index, 1.412' },
    { criterion: 'elbow', k: 5, agrees: true, note: 'knee of the inertia curve (kneedle)' },
  ],
  warnings: [],
  sample: { customers: CUSTOMERS, silhouetteRows: 4338, bootstrapRows: 4338, resamples: RESAMPLES },
});
