import { PipelineError } from '../../contracts/errors';
import { reduceBlocks } from '../linalg/blocks';
import type { Values } from '../linalg/matrix-view';
import { crossTable } from './jaccard';
import { adjustedRandIndex } from './rand-index';

/** What became of one persona's customers from the earlier period to the later one. */
export interface PersonaPersistence {
  /** Customers that have it in the earlier period, in the later one, and in both. */
  readonly earlier: number;
  readonly later: number;
  readonly stayed: number;
  /** Customers that have it earlier and none later, and the other way round. */
  readonly left: number;
  readonly joined: number;
  /** stayed / (have it in either period), over the customers that have a persona in both; in [0, 1]; null where nobody has it. */
  readonly jaccard: number | null;
  /** Share of each persona in the later period among those that had this one and still have any: row of the transition matrix; sums to 1, or null. */
  readonly goesTo: readonly number[] | null;
}

export interface Persistence {
  /** Customers with a persona in both periods. */
  readonly customers: number;
  /** Share of them that kept their persona, in [0, 1]; null without any. */
  readonly kept: number | null;
  /** Agreement of the two periods beyond chance, over the same customers; null without any. */
  readonly adjustedRand: number | null;
  readonly personas: readonly PersonaPersistence[];
}

/**
 * Whether the personas of an earlier period live on in a later one: the same customers, labelled by the same model on the features of each
 * period. For a model fitted anew on the later period, match its clusters first (`hungarianJaccard`).
 *
 * @param earlier Persona of each customer, 0..k−1, −1 where it has none: not a customer then, or unassigned.
 * @param later The same in the later period.
 * @throws PipelineError `INSUFFICIENT_DATA` unless the labels are −1..k−1, one of each per customer.
 *
 * O(n + k²).
 */
export function persistence(earlier: Int32Array, later: Int32Array, k: number): Persistence {
  const { table, inA, inB } = crossTable(earlier, later, k, k);
  const inBoth = Int32Array.from(earlier.keys()).filter((i) => earlier[i] >= 0 && later[i] >= 0);
  const customers = inBoth.length;
  const rowSums = Array.from({ length: k }, (_, a) => total(table.subarray(a * k, (a + 1) * k)));
  const columnSums = Array.from({ length: k }, (_, b) => total(table.filter((_count, at) => at % k === b)));
  const personas = Array.from({ length: k }, (_, p): PersonaPersistence => {
    const stayed = table[p * k + p];
    const either = rowSums[p] + columnSums[p] - stayed;
    return {
      earlier: inA[p],
      later: inB[p],
      stayed,
      left: inA[p] - rowSums[p],
      joined: inB[p] - columnSums[p],
      jaccard: either > 0 ? stayed / either : null,
      goesTo: rowSums[p] > 0 ? Array.from({ length: k }, (_c, b) => table[p * k + b] / rowSums[p]) : null,
    };
  });
  const pick = (labels: Int32Array): Int32Array => inBoth.map((i) => labels[i]);
  return {
    customers,
    kept: customers > 0 ? personas.reduce((sum, { stayed }) => sum + stayed, 0) / customers : null,
    adjustedRand: customers > 0 ? adjustedRandIndex(pick(earlier), pick(later)) : null,
    personas,
  };
}

/** Features of customers in one period, with the persona of each; −1 where it has none. Rows without a persona may hold anything. */
export interface LabelledPeriod {
  readonly x: Values;
  readonly labels: Int32Array;
}

/**
 * How far the profile of each persona moved: standardised mean difference per feature, `(later − earlier) / sqrt((s1² + s2²) / 2)` with the sample
 * variances of the persona's customers in the two periods. In standard deviations; from 0.1 on a difference is worth a look, 0.8 is large.
 *
 * @returns k x d; null where either period has fewer than two of the customers, or nothing varies in either and the means differ.
 * @throws PipelineError `INSUFFICIENT_DATA` where columns, rows or labels do not fit; `NOT_FINITE`.
 *
 * O(nd). Cohen, Statistical Power Analysis, 2nd ed., 1988; Austin, Statistics in Medicine 28, 2009.
 */
export function profileShift(earlier: LabelledPeriod, later: LabelledPeriod, k: number): (number | null)[][] {
  const d = earlier.x.cols;
  if (later.x.cols !== d)
    throw new PipelineError('INSUFFICIENT_DATA', `periods of ${d} and ${later.x.cols} columns cannot be compared`);
  const before = profileOf(earlier, k);
  const after = profileOf(later, k);
  return Array.from({ length: k }, (_, p) =>
    Array.from({ length: d }, (_c, j) => {
      if (before.sizes[p] < 2 || after.sizes[p] < 2) return null;
      const difference = after.means[p * d + j] - before.means[p * d + j];
      const scale = Math.sqrt((before.variances[p * d + j] + after.variances[p * d + j]) / 2);
      if (difference === 0) return 0;
      return scale > 0 ? difference / scale : null;
    }),
  );
}

interface Profile {
  readonly sizes: Float64Array;
  /** k x d. */
  readonly means: Float64Array;
  /** k x d, denominator n − 1. */
  readonly variances: Float64Array;
}

/** Two passes over fixed blocks; what varies is summed from the persona's first row, so that a constant has no spread and no shift at all. */
function profileOf({ x, labels }: LabelledPeriod, k: number): Profile {
  const { rows, cols, values } = x;
  if (labels.length !== rows || labels.some((label) => !(label >= -1 && label < k)))
    throw new PipelineError('INSUFFICIENT_DATA', `profiles need a label in −1..${k - 1} for each of ${rows} rows`, {
      k,
      rows,
      labels: labels.length,
    });
  const sizes = new Float64Array(k);
  const origins = new Float64Array(k * cols);
  labels.forEach((label, i) => {
    if (label < 0) return;
    if (sizes[label] === 0) origins.set(values.subarray(i * cols, (i + 1) * cols), label * cols);
    sizes[label]++;
  });
  const sums = reduceBlocks(rows, k * cols, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      if (labels[i] < 0) continue;
      for (let j = 0, t = labels[i] * cols; j < cols; j++, t++) partial[t] += values[i * cols + j] - origins[t];
    }
  });
  const means = sums.map((sum, at) => origins[at] + sum / Math.max(sizes[Math.floor(at / cols)], 1));
  const squares = reduceBlocks(rows, k * cols, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      if (labels[i] < 0) continue;
      for (let j = 0, t = labels[i] * cols; j < cols; j++, t++) partial[t] += (values[i * cols + j] - means[t]) ** 2;
    }
  });
  if (!squares.every(Number.isFinite))
    throw new PipelineError('NOT_FINITE', 'a feature of a customer with a persona is not a finite number');
  return { sizes, means, variances: squares.map((sum, at) => sum / Math.max(sizes[Math.floor(at / cols)] - 1, 1)) };
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
