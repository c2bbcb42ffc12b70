import { modelingConfig } from '../../../src/config/modeling';
import type { Algorithm, CandidateSpec, CovarianceModel } from '../../../src/contracts/algorithms';
import type { ClusterStability, Contender, MeasuredCandidate, SelectionReport } from '../../../src/contracts/selection';
import { sizeGatesOf } from '../../../src/core/selection/gates';
import { decide } from '../../../src/core/selection/decide';
import { criterionChoices } from '../../../src/core/selection/evidence';
import { choose, ruleText } from '../../../src/core/selection/rule';
import { modelOf } from '../../../src/core/selection/specs';
import { judged, noFinalist, warningsOf } from '../../../src/core/selection/verdicts';
import { dendrogramOf } from './dendrogram';
import { centroidsOf, solutionOf } from './solutions';
import { normal, stream } from './numbers';
import { CUSTOMERS, PERSONAS } from './plan';

export const LIMITS = { min: 3, max: 6 };
export const MODELING = modelingConfig.parse({
  algorithms: ['kmeans', 'hierarchical', 'mixture', 'density'],
  stability: { resamples: 50 },
  sampleRows: 3000,
  seed: 42,
});
const SAMPLE = 3000;
const RESAMPLES = MODELING.stability.resamples;

const labelOf = (jaccard: number): ClusterStability['label'] =>
  jaccard >= 0.75 ? 'stable' : jaccard >= 0.6 ? 'pattern' : 'not to be trusted';

/** The plan's sizes for five groups, else one of the given share and equal ones, the largest first. */
function sizesOf(k: number, smallest: number, customers = CUSTOMERS): number[] {
  if (k === 5) return PERSONAS.map((p) => p.customers);
  if (k < 2) return new Array<number>(k).fill(customers);
  const last = Math.round(CUSTOMERS * smallest);
  const each = Math.floor((customers - last) / (k - 1));
  return [customers - last - each * (k - 2), ...Array.from({ length: k - 2 }, () => each), last];
}

/** What is made up of a candidate; what follows from it is worked out. */
interface Row {
  readonly spec: CandidateSpec;
  readonly k: number;
  readonly smallest: number;
  readonly jaccard: number | null;
  readonly silhouette: number;
  readonly inertia: number;
  readonly over?: Partial<MeasuredCandidate>;
  /** Of all, in no group. */
  readonly unassigned?: number;
}

function measured({
  spec,
  k,
  smallest,
  jaccard,
  silhouette,
  inertia,
  over = {},
  unassigned = 0,
}: Row): MeasuredCandidate {
  const defined = k >= 2;
  const everyone = CUSTOMERS + (spec.algorithm === 'density' ? unassigned : 0);
  const sizes = sizesOf(k, smallest);
  const jaccards = jaccard === null ? [] : k === 5 ? PERSONAS.map((p) => p.jaccard) : sizes.map(() => jaccard);
  return {
    algorithm: spec.algorithm,
    model: modelOf(spec),
    spec,
    k,
    inertia,
    silhouette: defined ? silhouette : null,
    silhouetteError: defined ? 0.004 : null,
    calinskiHarabasz: defined ? (39_000 - inertia) / (k - 1) / (inertia / 2995) + 800 : null,
    daviesBouldin: defined ? 1.4 + 0.02 * Math.abs(k - 5) + (k === 3 ? 0.1 : 0) : null,
    undefinedBecause: k === 0 ? 'NO_CLUSTER' : k === 1 ? 'K_IS_ONE' : null,
    gap:
      spec.algorithm === 'kmeans'
        ? { value: 0.62 + 0.11 * Math.log(k) - (k > 5 ? 0.01 * (k - 5) : 0), error: 0.006 }
        : null,
    predictionStrength: defined && spec.algorithm !== 'mixture' ? Math.max(0.2, 1.02 - 0.05 * k) : null,
    mixture: null,
    rejectedStarts: [],
    sizes,
    shares: sizes.map((n) => n / everyone),
    unassigned: unassigned / everyone,
    meanJaccard: defined ? jaccard : null,
    stability: jaccards.map((own) => ({
      jaccard: own,
      dissolved: Math.round((1 - own) * 20),
      recovered: Math.round(own * RESAMPLES),
      label: labelOf(own),
    })),
    withinLimits: k >= LIMITS.min && k <= LIMITS.max,
    gates: defined
      ? sizeGatesOf(sizes, unassigned, MODELING)
      : k === 1
        ? []
        : [{ gate: 'clusters', passed: false, evidence: 'no cluster is found' }],
    restarts: spec.algorithm === 'kmeans' ? 20 : 1,
    replicated: spec.algorithm === 'kmeans' ? Math.max(2, 20 - k) : 1,
    iterations: 24,
    converged: true,
    centroids: centroidsOf(k),
    ...over,
  };
}

const JACCARDS = [null, 0.99, 0.94, 0.9, 0.86, 0.74, 0.69, 0.66, 0.61, 0.57, 0.52];
const INERTIAS = [
  55_900, 38_912.4, 34_120.9, 30_874.2, 28_101.7, 26_430.3, 25_122.8, 24_011.5, 23_064.9, 22_241.2, 21_630.8,
];
const SILHOUETTES = [0, 0.287, 0.211, 0.219, 0.234, 0.221, 0.214, 0.207, 0.204, 0.198, 0.191];
const SMALLEST = [1, 0.41, 0.22, 0.15, 0.094, 0.061, 0.048, 0.031, 0.0168, 0.0018, 0.0016];
const KS = JACCARDS.map((_, i) => i + 1);

const kmeans = (): MeasuredCandidate[] =>
  KS.map((k, i) =>
    measured({
      spec: { algorithm: 'kmeans', k },
      k,
      smallest: SMALLEST[i],
      jaccard: JACCARDS[i],
      silhouette: SILHOUETTES[i],
      inertia: INERTIAS[i],
    }),
  );

const hierarchical = (): MeasuredCandidate[] =>
  KS.map((k, i) =>
    measured({
      spec: { algorithm: 'hierarchical', linkage: 'ward', k },
      k,
      smallest: SMALLEST[i] * 0.9,
      jaccard: JACCARDS[i] === null ? null : JACCARDS[i] - (k > 5 ? 0.08 : 0.005),
      silhouette: SILHOUETTES[i] - 0.03,
      inertia: INERTIAS[i] * 1.06,
    }),
  );

const D = 13;
/** Free parameters of a covariance model in 13 columns, its misfit against the best, and how many groups it can take. */
const MODELS: readonly {
  readonly model: CovarianceModel;
  readonly perGroup: number;
  readonly common: number;
  readonly misfit: number;
  readonly most: number;
}[] = [
  { model: 'EEI', perGroup: 0, common: D, misfit: 9_400, most: 11 },
  { model: 'VVI', perGroup: D, common: 0, misfit: 3_900, most: 9 },
  { model: 'EEE', perGroup: 0, common: (D * (D + 1)) / 2, misfit: 2_600, most: 11 },
  { model: 'VVV', perGroup: (D * (D + 1)) / 2, common: 0, misfit: 0, most: 6 },
];

function mixture(): MeasuredCandidate[] {
  return MODELS.flatMap(({ model, perGroup, common, misfit, most }) =>
    KS.map((k, i): MeasuredCandidate => {
      const spec: CandidateSpec = { algorithm: 'mixture', model, k };
      const df = k - 1 + k * D + k * perGroup + common;
      const logLikelihood = -41_200 - misfit / 2 + 2_900 * (1 - Math.exp(-0.62 * (k - 1)));
      const bic = df * Math.log(SAMPLE) - 2 * logLikelihood;
      const entropy = k === 1 ? 1 : 0.93 - 0.02 * k - misfit / 1e5;
      const icl = bic + (1 - entropy) * SAMPLE * 1.1;
      const row = {
        spec,
        k,
        smallest: SMALLEST[i],
        jaccard: null,
        silhouette: SILHOUETTES[i] - 0.06,
        inertia: INERTIAS[i] * 1.1,
      };
      const rejectedStarts =
        model === 'VVV' && k > 3
          ? [
              {
                logLikelihood: logLikelihood + 5_210.4,
                reason: `start "hierarchical, VVV": component 2 collapsed on frequency (smallest eigenvalue 3.1e-9 of the variance of the data)`,
              },
              {
                logLikelihood: logLikelihood + 820.7,
                reason: 'start "k-means++": component 3 tied values on frequency (4 rows share one value)',
              },
            ]
          : [];
      if (k > most)
        return measured({
          ...row,
          over: {
            sizes: [],
            shares: [],
            centroids: [],
            stability: [],
            inertia: null,
            silhouette: null,
            silhouetteError: null,
            calinskiHarabasz: null,
            daviesBouldin: null,
            undefinedBecause: 'NO_SOLUTION',
            gates: [
              {
                gate: 'estimable',
                passed: false,
                evidence: `component 3 of ${k} collapsed on frequency: smallest eigenvalue 2.2e-9 of the variance of the data, in each of 8 starts`,
              },
            ],
            restarts: 8,
            replicated: 0,
            converged: false,
            iterations: 0,
            rejectedStarts: rejectedStarts.slice(0, 1),
          },
        });
      const candidate = measured(row);
      const replicated = model === 'VVV' && k === 6 ? 1 : Math.max(2, 8 - k);
      return {
        ...candidate,
        mixture: {
          logLikelihood,
          df,
          bic,
          icl,
          aic: 2 * df - 2 * logLikelihood,
          sabic: bic - 2.1 * df,
          caic: bic + df,
          entropy,
        },
        rejectedStarts,
        restarts: 8,
        replicated,
        gates: [
          {
            gate: 'replicated',
            passed: replicated >= 2,
            evidence: `${replicated} of 8 starts reached the best likelihood, at least 2 asked`,
          },
          ...candidate.gates,
        ],
      };
    }),
  );
}

/** The lowest BICs are resampled first, until one comes back: that of VVI with five components. */
function resampledByBic(candidates: readonly MeasuredCandidate[]): MeasuredCandidate[] {
  const found = candidates.find(({ model, k }) => model === 'VVI' && k === 5);
  const last = found?.mixture?.bic ?? 0;
  return candidates.map((candidate) => {
    if (
      !candidate.withinLimits ||
      candidate.mixture === null ||
      candidate.mixture.bic > last ||
      candidate.replicated < 2
    )
      return candidate;
    const jaccard = candidate === found ? 0.86 : 0.82 - 0.02 * candidate.k;
    const stability = candidate.sizes.map((_, c) => {
      const own = candidate === found ? PERSONAS[c].jaccard : jaccard;
      return { jaccard: own, dissolved: 4, recovered: 38, label: labelOf(own) };
    });
    return { ...candidate, meanJaccard: jaccard, stability, predictionStrength: candidate === found ? 0.81 : null };
  });
}

export const UNASSIGNED = 592;

function density(): MeasuredCandidate[] {
  const spec = (minClusterSize: number): CandidateSpec => ({
    algorithm: 'density',
    method: 'hdbscan',
    minClusterSize,
    minSamples: 10,
  });
  const found: readonly (readonly [number, number, number, number | null])[] = [
    [30, 11, 0.31, 0.44],
    [60, 5, UNASSIGNED / (CUSTOMERS + UNASSIGNED), 0.87],
    [150, 0, 1, null],
  ];
  return found.map(([size, k, noise, jaccard]) => {
    const candidate = measured({
      spec: spec(size),
      k,
      smallest: 0.013,
      jaccard,
      silhouette: 0.271,
      inertia: 19_300,
      unassigned: k === 5 ? UNASSIGNED : 0,
    });
    const evidence = `${(noise * 100).toFixed(1)} % of customers belong to no cluster, at most 20.0 % allowed`;
    return {
      ...candidate,
      inertia: k === 0 ? null : candidate.inertia,
      unassigned: noise,
      restarts: 1,
      replicated: 1,
      gates: k === 0 ? candidate.gates : [...candidate.gates, { gate: 'maxNoise', passed: noise <= 0.2, evidence }],
    };
  });
}

/** Out-of-bag agreement of each algorithm's best; whose is highest wins. */
const AGREEMENT: Readonly<Record<Algorithm, number>> = {
  kmeans: 0.86,
  hierarchical: 0.74,
  mixture: 0.79,
  density: 0.71,
};

function contender(algorithm: Algorithm, candidates: readonly MeasuredCandidate[], winner: Algorithm): Contender {
  const choice = choose(candidates, MODELING.stability.accept);
  const next = stream(101 + MODELING.algorithms.indexOf(algorithm));
  const around = (mean: number): number[] =>
    Array.from({ length: RESAMPLES }, () => Math.max(-0.01, mean + 0.05 * normal(next)));
  const best = choice === null ? null : candidates[choice.candidate];
  return {
    algorithm,
    rule: ruleText(algorithm, LIMITS, MODELING.stability.accept),
    candidates: candidates.map((candidate, i) => judged(candidate, i, choice, candidates, MODELING, LIMITS)),
    finalist:
      choice === null || best === null
        ? null
        : {
            ...choice,
            outOfBag: around(
              algorithm === winner
                ? 0.88
                : AGREEMENT[algorithm] - (algorithm === 'kmeans' && winner !== 'kmeans' ? 0.02 : 0),
            ),
            permuted: around(algorithm === 'density' ? 0.02 : 0.24),
            solution: solutionOf(algorithm, best.k),
          },
    none: choice === null ? noFinalist(algorithm, candidates) : null,
    evidence: criterionChoices(algorithm, candidates, choice, algorithm === 'kmeans' ? 7 : null),
    ...(algorithm === 'hierarchical' && best !== null && { dendrogram: dendrogramOf(best.k) }),
    sample: { customers: CUSTOMERS + (winner === 'density' ? UNASSIGNED : 0), rows: SAMPLE, resamples: RESAMPLES },
    warnings: warningsOf(candidates, choice, MODELING, LIMITS),
  };
}

/** A selection among four algorithms, judged by the rules of the product from made-up measurements. */
export function selectionOf(winner: Algorithm = 'kmeans'): SelectionReport {
  // Where density does not win, it finds nothing that may be chosen.
  const offers = {
    kmeans: kmeans(),
    hierarchical: hierarchical(),
    mixture: resampledByBic(mixture()),
    density: density().map((candidate) =>
      winner === 'density' || candidate.k !== 5 ? candidate : withTooMuchNoise(candidate),
    ),
  };
  const contenders = MODELING.algorithms.map((algorithm) => contender(algorithm, offers[algorithm], winner));
  return decide(contenders, LIMITS, MODELING);
}

const withTooMuchNoise = (candidate: MeasuredCandidate): MeasuredCandidate => ({
  ...candidate,
  unassigned: 0.274,
  gates: candidate.gates.map((gate) =>
    gate.gate === 'maxNoise'
      ? { ...gate, passed: false, evidence: '27.4 % of customers belong to no cluster, at most 20.0 % allowed' }
      : gate,
  ),
});
