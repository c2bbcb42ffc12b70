import { RandomStream } from '../../../src/core/linalg/random-stream';
import type { Measured } from './measured';
import type { Rule } from './rules';

const DRAWS = 4000;

/** How a rule does over data sets. */
export interface Score {
  readonly rule: string;
  readonly sets: number;
  /** Share of the sets where it chooses the planted number. */
  readonly hits: number;
  /** Share of the sets where it is at most one off. */
  readonly near: number;
  /** Mean distance to the planted number. */
  readonly distance: number;
  /** Mean difference to the planted number, with its sign. */
  readonly bias: number;
  /** Mean adjusted Rand index of the chosen clusters with the planted behaviours. */
  readonly truth: number;
  /** Sets where nothing was acceptable to it; they count as one cluster. */
  readonly none: number;
}

/** One number with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One rule against another on the same data sets. */
export interface Difference {
  readonly rule: string;
  readonly other: string;
  /** Difference in the share of sets where the planted number is found. */
  readonly hits: Interval;
  /** Share of sets where the rule comes nearer than the other, less the share where the other comes nearer. */
  readonly nearer: Interval;
  /** Difference in the mean distance to the planted number; below 0: the rule is nearer. */
  readonly distance: Interval;
  /** Difference in the mean agreement with the planted behaviours. */
  readonly truth: Interval;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Outcome {
  readonly cell: string;
  readonly off: number;
  readonly truth: number;
  readonly none: boolean;
}

/** No choice is the choice of one cluster. */
const outcomesOf = (rule: Rule, sets: readonly Measured[]): Outcome[] =>
  sets.map((measured) => {
    const choice = rule.choose(measured);
    return { cell: measured.cell, off: (choice?.k ?? 1) - measured.behaviours, truth: choice?.truth ?? 0, none: choice === null };
  });

export function scoreOf(rule: Rule, sets: readonly Measured[]): Score {
  const outcomes = outcomesOf(rule, sets);
  const share = (test: (outcome: Outcome) => boolean): number => mean(outcomes.map((outcome) => (test(outcome) ? 1 : 0)));
  return {
    rule: rule.name,
    sets: sets.length,
    hits: share(({ off }) => off === 0),
    near: share(({ off }) => Math.abs(off) <= 1),
    distance: mean(outcomes.map(({ off }) => Math.abs(off))),
    bias: mean(outcomes.map(({ off }) => off)),
    truth: mean(outcomes.map(({ truth }) => truth)),
    none: outcomes.filter(({ none }) => none).length,
  };
}

/**
 * Paired differences with percentile intervals of a bootstrap over cells: the data sets of a cell are no independent witnesses, so whole cells
 * are drawn. The same draws for every pair of rules.
 */
export function compare(rule: Rule, other: Rule, sets: readonly Measured[]): Difference {
  const [own, its] = [outcomesOf(rule, sets), outcomesOf(other, sets)];
  const cells = [...new Set(sets.map(({ cell }) => cell))].sort();
  const interval = (difference: (a: Outcome, b: Outcome) => number): Interval => {
    const values = own.map((outcome, i) => difference(outcome, its[i]));
    const byCell = cells.map((cell) => values.filter((_, i) => own[i].cell === cell));
    return { value: mean(values), ...percentiles(byCell) };
  };
  return {
    rule: rule.name,
    other: other.name,
    hits: interval((a, b) => Number(a.off === 0) - Number(b.off === 0)),
    nearer: interval((a, b) => Math.sign(Math.abs(b.off) - Math.abs(a.off))),
    distance: interval((a, b) => Math.abs(a.off) - Math.abs(b.off)),
    truth: interval((a, b) => a.truth - b.truth),
  };
}

function percentiles(byCell: readonly (readonly number[])[]): { readonly low: number; readonly high: number } {
  const random = new RandomStream({ seed: 95, stage: 'extract', use: 'resample', candidate: 0, restart: 0, block: 0 });
  const sums = byCell.map((values) => values.reduce((sum, value) => sum + value, 0));
  const means = Float64Array.from({ length: DRAWS }, () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < byCell.length; i++) {
      const drawn = random.integer(byCell.length);
      sum += sums[drawn];
      count += byCell[drawn].length;
    }
    return sum / count;
  }).sort();
  return { low: means[Math.floor(0.025 * DRAWS)], high: means[Math.ceil(0.975 * DRAWS) - 1] };
}
