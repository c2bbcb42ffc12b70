import type { CandidateSpec } from '../../contracts/algorithms';
import type { Solution } from '../../contracts/model';
import { labelsOf, clustersOf } from '../clustering/assign';
import { canonicalLabels } from '../clustering/canonical';
import { clusterMeans } from '../clustering/cluster-means';
import type { Kernel } from '../clustering/kernel';
import { hasSameCentroid } from '../clustering/kmeans/kmeans';
import { asValues, pickPoints, unpadCentroids, type Points } from '../clustering/points';
import { dispersion } from '../validity/dispersion';
import { calinskiHarabasz, daviesBouldin } from '../validity/indices';
import { fitterOf, type Fit, type FitOptions } from './fitters';
import { reorderSolution } from './reorder';

export interface FitShared {
  /** The selection sample. */
  readonly sample: Points;
  /** All customers, for sizes; null where only the labels of the sample are asked for. */
  readonly all: Points | null;
  readonly options: FitOptions;
  /** True: where the sample is everybody, a cut of a tree is measured as it is, not by whom its means are nearest to. */
  readonly keepCuts?: boolean;
}

/** A fit, and what one pass over the rows tells of it. Clusters in canonical order of the sample. */
export interface FittedCandidate extends Omit<Fit, 'cut'> {
  readonly k: number;
  /** Of the sample, −1 for none; empty without a solution. */
  readonly labels: Int32Array;
  /** What the solution assigns the sample to, where `labels` are those of a cut. */
  readonly assigned?: Int32Array;
  /** k x d. */
  readonly centroids: readonly (readonly number[])[];
  readonly duplicates: boolean;
  readonly inertia: number | null;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  /** Of all customers. */
  readonly sizes: readonly number[];
  readonly unassigned: number;
}

/** Fit some candidates of one algorithm to the sample, and measure what one pass can. */
export function fitTask(specs: readonly CandidateSpec[], { sample, all, options, keepCuts = false }: FitShared, kernel: Kernel): FittedCandidate[] {
  const [first] = specs;
  return fitterOf(first.algorithm)
    .fit(specs, sample, options, kernel)
    .map(({ cut, ...fit }) =>
      fit.solution === null
        ? without(fit)
        : measured(fit, fit.solution, sample, all, keepCuts && (all === null || all.rows === sample.rows) ? cut : undefined, kernel),
    );
}

const without = (fit: Omit<Fit, 'cut'>): FittedCandidate => ({
  ...fit,
  k: 'k' in fit.spec ? fit.spec.k : 0,
  labels: new Int32Array(0),
  centroids: [],
  duplicates: false,
  inertia: null,
  calinskiHarabasz: null,
  daviesBouldin: null,
  sizes: [],
  unassigned: 0,
});

function measured(fit: Omit<Fit, 'cut'>, found: Solution, sample: Points, all: Points | null, cut: Int32Array | undefined, kernel: Kernel): FittedCandidate {
  const k = clustersOf(found);
  const { labels, order } = canonicalLabels(cut ?? labelsOf(found, sample, kernel), k);
  const solution = reorderSolution(found, order);
  const means = clusterMeans(sample, labels, k);
  const everyone = all === null || cut !== undefined ? labels : labelsOf(solution, all, kernel);
  const sizes = new Array<number>(k).fill(0);
  let unassigned = 0;
  for (const label of everyone) {
    if (label < 0) unassigned++;
    else sizes[label]++;
  }
  return {
    ...fit,
    solution,
    k,
    labels,
    ...(cut !== undefined && { assigned: labelsOf(solution, sample, kernel) }),
    centroids: unpadCentroids(means, k, sample.cols, sample.stride),
    duplicates: emptyIn(labels, k) || hasSameCentroid(means, k, sample.stride),
    ...indicesOf(sample, labels, k),
    sizes,
    unassigned,
  };
}

const emptyIn = (labels: Int32Array, k: number): boolean => new Set(labels.filter((label) => label >= 0)).size < k;

/** Indices over the assigned rows; those that need two clusters are null for fewer, or where one is empty. */
function indicesOf(sample: Points, labels: Int32Array, k: number): Pick<FittedCandidate, 'inertia' | 'calinskiHarabasz' | 'daviesBouldin'> {
  const none = { inertia: null, calinskiHarabasz: null, daviesBouldin: null };
  const assigned = Int32Array.from(labels.keys()).filter((row) => labels[row] >= 0);
  if (k < 1 || assigned.length === 0 || emptyIn(labels, k)) return none;
  const whole = assigned.length === labels.length;
  const x = asValues(whole ? sample : pickPoints(sample, assigned));
  const used = whole ? labels : Int32Array.from(assigned, (row) => labels[row]);
  const known = dispersion(x, used, k);
  if (k < 2 || k >= x.rows) return { ...none, inertia: known.within };
  return {
    inertia: known.within,
    calinskiHarabasz: calinskiHarabasz(x, used, k, known),
    daviesBouldin: daviesBouldin(x, used, k, known),
  };
}
