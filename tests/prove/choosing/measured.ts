import type { Algorithm, CandidateSpec } from '../../../src/contracts/algorithms';
import { modelingConfig } from '../../../src/config/modeling';
import { prepareConfig } from '../../../src/config/prepare';
import { createInlineCompute } from '../../../src/adapters/compute/inline';
import { labelsOf } from '../../../src/core/clustering/assign';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { pickPoints, type Points } from '../../../src/core/clustering/points';
import { applyPreprocessing, fitPreprocessing } from '../../../src/core/prepare';
import { fitTask, type FittedCandidate } from '../../../src/core/selection/fit-task';
import { fitterOf, optionsOf, type FitOptions } from '../../../src/core/selection/fitters';
import { gatesOf, sizeGatesOf } from '../../../src/core/selection/gates';
import { gapOf, predictionStrengths, silhouettesOf } from '../../../src/core/selection/measure';
import { permuteColumns } from '../../../src/core/selection/permute';
import { drawSamples } from '../../../src/core/selection/sample';
import { ksOf } from '../../../src/core/selection/specs';
import { hungarianJaccard } from '../../../src/core/validity/jaccard';
import { adjustedRandIndex } from '../../../src/core/validity/rand-index';
import { bestJaccards, drawResample, leftOut } from '../../../src/core/validity/stability';
import type { Cell } from './cells';
import { fitMixtures, type FittedMixture } from './mixtures';
import { plant, type Recognition } from './planted';

/** Raise it when a result file no longer means what this code measures: older files are then made anew. */
export const FORMAT = 1;

/**
 * Mixtures would cost most of the time: they are fitted to fewer rows than in production, with a shorter search; for each k only the lowest BIC is
 * resampled.
 */
const MIXTURE = { rows: 2000, resamples: 8 } as const;
const NULL_RESAMPLES = 10;

/** How one clustering comes back, resample by resample. Jaccards: one vector of k numbers per resample. */
export interface Returned {
  /** Best match, over the distinct rows drawn. */
  readonly drawn: readonly (readonly number[])[];
  /** Best match, over the rows left out. */
  readonly left: readonly (readonly number[])[];
  /** Matched one to one, over all rows. */
  readonly all: readonly (readonly number[])[];
  /** Adjusted Rand index over the rows left out. */
  readonly leftAri: readonly number[];
}

export interface KMeansMeasured {
  readonly k: number;
  readonly inertia: number | null;
  readonly silhouette: number | null;
  readonly silhouetteError: number | null;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  readonly gap: { readonly value: number; readonly error: number } | null;
  readonly predictionStrength: number | null;
  readonly sizes: readonly number[];
  /** Names of the gates it fails. */
  readonly failed: readonly string[];
  readonly replicated: number;
  /** Adjusted Rand index with the planted behaviours, over the sampled customers that have one. */
  readonly truth: number;
  readonly returned: Returned | null;
  /** The same specification on column-permuted rows: means over clusters and resamples. */
  readonly permuted: { readonly drawn: number; readonly left: number; readonly all: number; readonly leftAri: number } | null;
}

export interface MixtureMeasured {
  readonly model: string;
  readonly k: number;
  readonly logLikelihood: number;
  readonly df: number;
  readonly bic: number;
  readonly icl: number;
  readonly failed: readonly string[];
  readonly truth: number;
  /** Best-match Jaccard over the rows drawn, means per cluster over the resamples; null where it was not resampled. */
  readonly jaccards: readonly number[] | null;
}

/** All that is measured of one planted data set. */
export interface Measured {
  readonly format: number;
  readonly cell: string;
  readonly seed: number;
  readonly behaviours: number;
  readonly sample: number;
  readonly columns: readonly string[];
  readonly recognition: Recognition;
  readonly kmeans: readonly KMeansMeasured[];
  readonly mixture: readonly MixtureMeasured[];
  /** Seconds of CPU by phase. */
  readonly seconds: Readonly<Record<string, number>>;
}

const round = (value: number): number => Number(value.toPrecision(6));
const short = (value: number): number => Math.round(value * 1e4) / 1e4;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const pick = (labels: Int32Array, rows: Int32Array): Int32Array => Int32Array.from(rows, (row) => labels[row]);
const compute = createInlineCompute();
const failuresOf = (fit: FittedCandidate, modeling: Modeling): string[] =>
  gatesOf(fit, modeling).flatMap(({ gate, passed }) => (passed ? [] : [gate]));
type Modeling = ReturnType<typeof modelingConfig.parse>;

/** Prepare, sample, fit, resample one planted set, with the product's own functions and its default settings. */
export async function measure(cell: Cell, seed: number): Promise<Measured> {
  const clock = stopwatch();
  const { raw, truth, recognition } = plant(cell, seed);
  clock.lap('plant');
  const specs = raw.names.map((name) => ({ name, group: 'planted', kind: 'number' as const, unit: '', label: name, whole: null, words: null }));
  const preprocessing = fitPreprocessing(raw, specs, raw.names, prepareConfig.parse({}));
  const matrix = applyPreprocessing(preprocessing, raw);
  const modeling = modelingConfig.parse({ seed });
  const ids = Array.from({ length: matrix.rows }, (_, i) => `c_${String(i).padStart(8, '0')}`);
  const { all, first: sample } = drawSamples({ matrix, ids, modeling });
  const rows = rowsOf(all, sample);
  const known = pick(truth, rows);
  clock.lap('prepare');
  const options = optionsOf(modeling, modeling.clusters, matrix.names);
  const kmeans = await measureKMeans({ all, sample, known, modeling, options, clock });
  const mixture = measureMixture({ all, sample, known, modeling, options, clock });
  return {
    format: FORMAT,
    cell: cell.id,
    seed,
    behaviours: cell.behaviours,
    sample: sample.rows,
    columns: matrix.names,
    recognition: { ari: short(recognition.ari), least: short(recognition.least) },
    kmeans,
    mixture,
    seconds: clock.seconds,
  };
}

/** Where the sampled rows are among all rows: both are in the order of the ids. */
function rowsOf(all: Points, sample: Points): Int32Array {
  const { stride } = all;
  const same = (row: number, at: number): boolean => {
    for (let j = 0; j < stride; j++) if (all.values[row * stride + j] !== sample.values[at * stride + j]) return false;
    return true;
  };
  const rows = new Int32Array(sample.rows);
  let at = 0;
  for (let row = 0; row < all.rows && at < sample.rows; row++) if (same(row, at)) rows[at++] = row;
  if (at < sample.rows) throw new Error('the sample is not in the order of the customers');
  return rows;
}

interface Task {
  readonly all: Points;
  readonly sample: Points;
  readonly known: Int32Array;
  readonly modeling: Modeling;
  readonly options: FitOptions;
  readonly clock: Stopwatch;
}

async function measureKMeans({ all, sample, known, modeling, options, clock }: Task): Promise<KMeansMeasured[]> {
  const specs = ksOf(modeling.clusters, sample.rows).map((k): CandidateSpec => ({ algorithm: 'kmeans', k }));
  const fits = fitTask(specs, { sample, all, options }, plainKernel);
  clock.lap('k-means');
  const silhouettes = await silhouettesOf({ compute }, sample, fits, { ids: Array.from({ length: sample.rows }, (_, row) => String(row)), seed: modeling.seed });
  clock.lap('silhouette');
  const gap = await gapOf({ compute }, sample, fits, modeling.gapDraws, modeling.seed);
  clock.lap('gap');
  const several = fits.filter(({ k }) => k >= 2);
  const strengths = await predictionStrengths({ compute }, sample, several, options);
  clock.lap('prediction strength');
  const returned = returnedOf('kmeans', sample, several, modeling.stability.resamples, options);
  clock.lap('resamples');
  const shuffled = permuteColumns(sample, options.seed, 0);
  const withoutStructure = fitTask(specs.filter((spec) => 'k' in spec && spec.k >= 2), { sample: shuffled, all: null, options }, plainKernel);
  const permuted = returnedOf('kmeans', shuffled, withoutStructure, NULL_RESAMPLES, options);
  clock.lap('permuted');
  return fits.map((fit, i): KMeansMeasured => {
    const s = several.indexOf(fit);
    return {
      k: fit.k,
      inertia: fit.inertia === null ? null : round(fit.inertia),
      silhouette: orNull(silhouettes[i]?.value),
      silhouetteError: orNull(silhouettes[i]?.error),
      calinskiHarabasz: orNull(fit.calinskiHarabasz),
      daviesBouldin: orNull(fit.daviesBouldin),
      gap: gap.byK.get(fit.k) ?? null,
      predictionStrength: s < 0 ? null : orNull(strengths[s]),
      sizes: fit.sizes,
      failed: failuresOf(fit, modeling),
      replicated: fit.replicated,
      truth: short(truthOf(fit.labels, known)),
      returned: s < 0 ? null : returned[s],
      permuted: s < 0 ? null : summaryOf(permuted[s]),
    };
  });
}

const orNull = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : round(value));

/** Agreement with the planted behaviours over the customers that have one. */
function truthOf(labels: Int32Array, known: Int32Array): number {
  const rows = Int32Array.from(known.keys()).filter((row) => known[row] >= 0);
  return adjustedRandIndex(pick(known, rows), pick(labels, rows));
}

function summaryOf({ drawn, left, all, leftAri }: Returned) {
  const overall = (jaccards: Returned['drawn']): number => short(mean(jaccards.map(mean)));
  return { drawn: overall(drawn), left: overall(left), all: overall(all), leftAri: short(mean(leftAri)) };
}

/** What a resample gives back of each clustering, as `resampleTask` finds it, compared in several ways. */
function returnedOf(algorithm: Algorithm, sample: Points, fits: readonly FittedCandidate[], resamples: number, options: FitOptions): Returned[] {
  const fitter = fitterOf(algorithm);
  const result = fits.map(() => ({ drawn: [] as number[][], left: [] as number[][], all: [] as number[][], leftAri: [] as number[] }));
  for (let r = 0; r < resamples; r++) {
    const { rows, weights } = drawResample(sample.rows, fitter.resampling, options.seed, r);
    const others = leftOut(sample.rows, rows);
    const solutions = fitter.refit(fits.map(({ spec }) => spec), pickPoints(sample, rows), weights, r, options, plainKernel);
    fits.forEach(({ k, labels }, f) => {
      const solution = solutions[f];
      if (solution === null) throw new Error(`no solution with ${k} clusters in resample ${r}`);
      const again = labelsOf(solution, sample);
      const { drawn, left, all, leftAri } = result[f];
      drawn.push(Array.from(bestJaccards(pick(labels, rows), pick(again, rows), k), short));
      left.push(Array.from(bestJaccards(pick(labels, others), pick(again, others), k), short));
      all.push(hungarianJaccard(labels, again, k).perCluster.map((value) => short(value ?? 0)));
      leftAri.push(short(adjustedRandIndex(pick(labels, others), pick(again, others))));
    });
  }
  return result;
}

/** Mixtures on a part of the sample: covariance models and k for the BIC; the lowest BIC of each k resampled. */
function measureMixture({ all, sample, known, modeling, options, clock }: Task): MixtureMeasured[] {
  const rows = Int32Array.from({ length: Math.min(sample.rows, MIXTURE.rows) }, (_, i) => i);
  const part = pickPoints(sample, rows);
  const truth = pick(known, rows);
  const { min, max } = modeling.clusters;
  const ks = Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const fits = fitMixtures(part, all, modeling.mixture.models, ks, modeling.seed);
  clock.lap('mixture');
  const isLowest = (fit: FittedMixture): boolean => fits.every(({ k, bic }) => k !== fit.k || bic >= fit.bic);
  const jaccards = fits.map((fit) => (isLowest(fit) ? mixtureJaccards(part, fit, options) : null));
  clock.lap('mixture resamples');
  return fits.map((fit, i): MixtureMeasured => ({
    model: fit.model,
    k: fit.k,
    logLikelihood: Number(fit.outcome.logLikelihood.toFixed(2)),
    df: fit.df,
    bic: Number(fit.bic.toFixed(2)),
    icl: Number(fit.icl.toFixed(2)),
    failed: sizeGatesOf(fit.sizes, 0, modeling).flatMap(({ gate, passed }) => (passed ? [] : [gate])),
    truth: short(truthOf(fit.labels, truth)),
    jaccards: jaccards[i],
  }));
}

function mixtureJaccards(part: Points, { k, model, labels }: FittedMixture, options: FitOptions): number[] {
  const fitter = fitterOf('mixture');
  const vectors = Array.from({ length: MIXTURE.resamples }, (_, r) => {
    const { rows, weights } = drawResample(part.rows, fitter.resampling, options.seed, r);
    const [solution] = fitter.refit([{ algorithm: 'mixture', model, k }], pickPoints(part, rows), weights, r, options, plainKernel);
    if (solution === null) return new Array<number>(k).fill(0);
    return Array.from(bestJaccards(pick(labels, rows), pick(labelsOf(solution, part), rows), k));
  });
  return Array.from({ length: k }, (_, c) => short(mean(vectors.map((vector) => vector[c]))));
}

interface Stopwatch {
  readonly seconds: Record<string, number>;
  lap(phase: string): void;
}

function stopwatch(): Stopwatch {
  const seconds: Record<string, number> = {};
  let last = process.cpuUsage();
  return {
    seconds,
    lap(phase) {
      const { user, system } = process.cpuUsage(last);
      last = process.cpuUsage();
      seconds[phase] = Math.round((user + system) / 1e4) / 100;
    },
  };
}
