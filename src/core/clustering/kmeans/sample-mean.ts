/** Chance that any one of all the sample means of one check lies beyond its bound although nothing is wrong. */
export const FAMILY_LEVEL = 1e-9;

/** A finite set of numbers, as far as the bound needs to know it. */
export interface Population {
  readonly size: number;
  /** Population standard deviation. */
  readonly sd: number;
  /** Largest distance from the mean. */
  readonly reach: number;
}

/**
 * How far the mean of `drawn` numbers, drawn without replacement, lies from that of the population, except with probability
 * `FAMILY_LEVEL / comparisons`. For every distribution, not only near the normal one: Bernstein's inequality, which also holds without
 * replacement (Hoeffding, JASA 58(301), 1963, theorem 4). In the same unit as the numbers; 0 where all are drawn.
 *
 * @param comparisons Bounds of the same family (Bonferroni); for a large sample the bound is sqrt(2 ln(2 comparisons / level)) standard errors.
 */
export function sampleMeanBound({ size, sd, reach }: Population, drawn: number, comparisons: number): number {
  const level = Math.log((2 * comparisons) / FAMILY_LEVEL);
  const bernstein = (n: number): number => {
    const linear = (reach * level) / (3 * n);
    return linear + Math.sqrt(linear ** 2 + (2 * level * sd ** 2) / n);
  };
  const left = size - drawn;
  if (left === 0 || drawn === 0) return left === 0 ? 0 : Infinity;
  // What was not drawn is a sample too, and its mean fixes that of the other part: the correction for a finite population.
  return Math.min(bernstein(drawn), (left / drawn) * bernstein(left), reach);
}
