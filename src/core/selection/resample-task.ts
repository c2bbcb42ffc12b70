import type { CandidateSpec } from '../../contracts/algorithms';
import { clustersOf, labelsOf } from '../clustering/assign';
import type { Kernel } from '../clustering/kernel';
import { pickPoints, type Points } from '../clustering/points';
import { drawHalves, predictionStrength } from '../validity/prediction-strength';
import { adjustedRandIndex, withNoiseAsGroup } from '../validity/rand-index';
import { bestJaccards, drawResample, leftOut } from '../validity/stability';
import { fitterOf, type FitOptions } from './fitters';

/** A candidate as it was found on the sample. */
export interface Reference {
  readonly spec: CandidateSpec;
  readonly k: number;
  /** Of the sample, −1 for none. */
  readonly labels: Int32Array;
}

export interface ResampleShared {
  readonly sample: Points;
  /** All of one algorithm. */
  readonly references: readonly Reference[];
  readonly options: FitOptions;
}

/** How much of one candidate comes back in one resample. */
export interface Recovery {
  /** Best Jaccard per cluster, over the rows drawn. */
  readonly jaccards: Float64Array;
  /** Adjusted Rand index over the rows left out; noise counts as a group of its own. 0 where either side has fewer than two clusters. */
  readonly outOfBag: number;
}

const pick = (labels: Int32Array, rows: Int32Array): Int32Array => Int32Array.from(rows, (row) => labels[row]);

/** Cluster one resample anew for every candidate, and compare with the sample's clusters through the rule that assigns customers. */
export function resampleTask(resample: number, { sample, references, options }: ResampleShared, kernel: Kernel): Recovery[] {
  const fitter = fitterOf(references[0].spec.algorithm);
  const { rows, weights } = drawResample(sample.rows, fitter.resampling, options.seed, resample);
  const others = leftOut(sample.rows, rows);
  const solutions = fitter.refit(
    references.map(({ spec }) => spec),
    pickPoints(sample, rows),
    weights,
    resample,
    options,
    kernel,
  );
  return references.map(({ k, labels }, i) => {
    const solution = solutions[i];
    const found = solution === null ? 0 : clustersOf(solution);
    if (solution === null || found === 0) return { jaccards: new Float64Array(k), outOfBag: 0 };
    const again = labelsOf(solution, sample, kernel);
    return {
      jaccards: bestJaccards(pick(labels, rows), pick(again, rows), k, found),
      outOfBag: k < 2 || found < 2 ? 0 : adjustedRandIndex(withNoiseAsGroup(pick(labels, others)), withNoiseAsGroup(pick(again, others))),
    };
  });
}

/** Prediction strength of every candidate in one split of the sample into halves; null where a half has no solution with two clusters. */
export function splitTask(split: number, { sample, references, options }: ResampleShared, kernel: Kernel): (number | null)[] {
  const fitter = fitterOf(references[0].spec.algorithm);
  const specs = references.map(({ spec }) => spec);
  // Draws and streams of their own: resamples count from 0 upwards.
  const { first, second } = drawHalves(sample.rows, options.seed, SPLITS_FROM + split);
  const [training, test] = [pickPoints(sample, first), pickPoints(sample, second)];
  const onTraining = fitter.refit(specs, training, null, SPLITS_FROM + 2 * split, options, kernel);
  const onTest = fitter.refit(specs, test, null, SPLITS_FROM + 2 * split + 1, options, kernel);
  return specs.map((_, i) => {
    const [from, own] = [onTraining[i], onTest[i]];
    if (from === null || own === null || clustersOf(own) < 1 || clustersOf(from) < 1) return null;
    return predictionStrength(labelsOf(own, test, kernel), labelsOf(from, test, kernel), Math.max(clustersOf(own), clustersOf(from))).value;
  });
}

const SPLITS_FROM = 1 << 20;
