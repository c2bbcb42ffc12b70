import { quantile } from '../prepare/quantile';
import type { CustomerGroups, Draws } from './groups';
import { normalQuantile } from './normal-quantile';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { isNaN } = Number;

/** With fewer values on either day, or a mean not so many standard errors above 0, a relative change says nothing. */
const LEAST_VALUES = 30;
const LEAST_ERRORS = 5;
/** A standard error below this, relative to the reference mean, is rounding. */
const ROUNDING = 1e-12;

/** A relative change of the mean: 0.1 is 10 % more. */
export interface MeanChange {
  /** Means of the winsorised values. */
  readonly reference: number;
  readonly current: number;
  readonly change: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
}

/** A column, then and now. NaN = missing. */
export interface TwoDays {
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/** Sums of the winsorised values of each group, and how many values it has. */
interface GroupSums {
  readonly then: Float64Array;
  readonly countThen: Float64Array;
  readonly now: Float64Array;
  readonly countNow: Float64Array;
}

/** A ratio of means with its standard error, from groups that count so often. */
interface Estimate {
  readonly reference: number;
  readonly current: number;
  readonly change: number;
  readonly error: number;
}

/**
 * Relative change of a mean with a studentised (bootstrap-t) interval. Values above `cap` count as `cap` on both days.
 *
 * What is drawn is customers, each with what it has of either day: those of both days bring their pair, so what does not change in a
 * customer does not blur the interval; those of one day stand alone. With more than 4,096 customers groups of them are drawn instead (`dealGroups`):
 * all cumulants of a sum are those of drawing customers, in expectation, and 1,000,000 rows cost one pass over them plus 4,096 × draws.
 * Every feature sees the same draws.
 *
 * So many draws do not reach tails as thin as 0.001/d: where the normal quantile lies farther out than that of the draws, it is taken.
 *
 * @param level Of the interval, both sides together: 0.001 / d for d features.
 * @returns Null where the mean of the reference is not at least 5 standard errors above 0, or a day has fewer than 30 values.
 *
 * O(n + m + groups × draws). Efron and Tibshirani, "An introduction to the bootstrap", 1993, §12.5; Hall, Annals of Statistics 16(3), 1988.
 */
export function meanChange(column: TwoDays, cap: number, groups: CustomerGroups, draws: Draws, level: number): MeanChange | null {
  const sums = groupSums(column, cap, groups);
  const whole = estimate(sums, new Uint8Array(groups.groups).fill(1), 0);
  if (total(sums.countThen) < LEAST_VALUES || total(sums.countNow) < LEAST_VALUES) return null;
  if (!(whole.reference > LEAST_ERRORS * errorOfMean(sums, whole.reference))) return null;
  const { reference, current, change, error } = whole;
  if (error < ROUNDING) return { reference, current, change, low: change, high: change };
  const t = studentised(sums, whole, draws);
  if (t === null) return null;
  const tail = level / 2;
  const normal = normalQuantile(tail);
  const upper = Math.max(quantile(t, 1 - tail), -normal);
  const lower = Math.min(quantile(t, tail), normal);
  return { reference, current, change, low: change - upper * error, high: change - lower * error };
}

function groupSums({ reference, current }: TwoDays, cap: number, groups: CustomerGroups): GroupSums {
  const fill = (values: Float64Array, group: Int32Array): [Float64Array, Float64Array] => {
    const sum = new Float64Array(groups.groups);
    const count = new Float64Array(groups.groups);
    for (let i = 0; i < values.length; i++) {
      if (isNaN(values[i])) continue;
      sum[group[i]] += values[i] > cap ? cap : values[i];
      count[group[i]]++;
    }
    return [sum, count];
  };
  const [then, countThen] = fill(reference, groups.reference);
  const [now, countNow] = fill(current, groups.current);
  return { then, countThen, now, countNow };
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Standard error of the mean of the reference, over groups. */
function errorOfMean({ then, countThen }: GroupSums, mean: number): number {
  let squares = 0;
  for (let g = 0; g < then.length; g++) squares += (then[g] - mean * countThen[g]) ** 2;
  return Math.sqrt(squares) / total(countThen);
}

/** The change where group g counts counts[at + g] times; its standard error is that of the linearised ratio (delta method). */
function estimate({ then, countThen, now, countNow }: GroupSums, counts: Uint8Array, at: number): Estimate {
  const groups = then.length;
  let [sumThen, nThen, sumNow, nNow] = [0, 0, 0, 0];
  for (let g = 0; g < groups; g++) {
    const w = counts[at + g];
    sumThen += w * then[g];
    nThen += w * countThen[g];
    sumNow += w * now[g];
    nNow += w * countNow[g];
  }
  const reference = sumThen / nThen;
  const current = sumNow / nNow;
  const [a, b] = [1 / (nNow * reference), current / (nNow * reference)];
  const [c, d] = [current / (nThen * reference * reference), current / (nThen * reference)];
  let squares = 0;
  for (let g = 0; g < groups; g++) {
    const influence = a * now[g] - b * countNow[g] - c * then[g] + d * countThen[g];
    squares += counts[at + g] * influence * influence;
  }
  return { reference, current, change: current / reference - 1, error: Math.sqrt(squares) };
}

/** Ascending t values of the draws; null where a draw has no ratio of means. */
function studentised(sums: GroupSums, { change }: Estimate, { draws, counts }: Draws): Float64Array | null {
  const t = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const drawn = estimate(sums, counts, draw * sums.then.length);
    if (!(drawn.reference > 0) || isNaN(drawn.current)) return null;
    t[draw] = (drawn.change - change) / (drawn.error > ROUNDING ? drawn.error : ROUNDING);
  }
  return t.sort();
}
