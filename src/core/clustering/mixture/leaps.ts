import type { CovarianceModel, MixtureParameters } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { max, min, sqrt } = Math;

const LINEAR: ReadonlySet<CovarianceModel> = new Set<CovarianceModel>(['EII', 'VII', 'EEI', 'VVI', 'EEE', 'VVV']);

/**
 * Whether what lies in line with covariances of a model is of that model, too. Where volume, shape or axes are shared one by one it is not: the
 * next step of EM would have to come back, and the likelihood would fall.
 */
export const canLeap = (model: CovarianceModel): boolean => LINEAR.has(model);

/** Longest leap at first, in steps of EM; four times as long after each leap of that length. */
const LONGEST = 4;

/**
 * SQUAREM: where EM creeps along a ridge, two steps tell where it is going, and a leap goes there at once. Two steps of EM from θ0 to θ1 and θ2
 * give r = θ1 − θ0, v = θ2 − 2 θ1 + θ0 and the leap θ0 − 2 α r + α² v with α = −|r| / |v|; α = −1 is θ2 itself.
 *
 * Whoever leaps must look at the likelihood there and go on from θ2 where it fell: then it never falls.
 *
 * Varadhan and Roland, Scandinavian Journal of Statistics 35(2), 2008, scheme S3.
 */
export class Leaps {
  /** Parameters one step of EM apart. */
  private trail: MixtureParameters[] = [];
  private target: MixtureParameters | null = null;
  private longest = LONGEST;
  private length = 0;

  /** @param deviations Of the columns (d): a change counts in their units. */
  constructor(private readonly deviations: Float64Array) {}

  /**
   * Told of one step of EM after the other.
   *
   * @returns Where to leap; its covariances need not be positive definite. Null for the next step of EM.
   */
  after(parameters: MixtureParameters): MixtureParameters | null {
    // The last leap was not taken.
    if (this.target !== null) this.longest = max(1, this.longest / 4);
    this.target = null;
    this.trail.push(parameters);
    if (this.trail.length < 3) return null;
    const [from, middle, to] = this.trail;
    this.trail = [to];
    const [first, change] = this.distances(from, middle, to);
    this.length = change > 0 ? min(first / change, this.longest) : 1;
    if (this.length > 1) this.target = leapt(from, middle, to, this.length);
    // Not even a little: the next two steps may try again.
    else this.longest = max(this.longest, LONGEST);
    return this.target;
  }

  /** The leap was taken: the next step of EM begins there. */
  taken(): void {
    if (this.target === null) return;
    this.trail = [this.target];
    if (this.length === this.longest) this.longest *= 4;
    this.target = null;
  }

  /** Sizes of r and v. */
  private distances(from: MixtureParameters, middle: MixtureParameters, to: MixtureParameters): [number, number] {
    const { deviations } = this;
    const d = deviations.length;
    let first = 0;
    let change = 0;
    const add = (a: number, b: number, c: number, unit: number): void => {
      first += ((b - a) / unit) ** 2;
      change += ((c - 2 * b + a) / unit) ** 2;
    };
    from.proportions.forEach((a, i) => add(a, middle.proportions[i], to.proportions[i], 1));
    from.means.forEach((a, i) => add(a, middle.means[i], to.means[i], deviations[i % d]));
    from.covariances.forEach((a, i) =>
      add(a, middle.covariances[i], to.covariances[i], deviations[i % d] * deviations[((i - (i % d)) / d) % d]),
    );
    return [sqrt(first), sqrt(change)];
  }
}

function leapt(from: MixtureParameters, middle: MixtureParameters, to: MixtureParameters, length: number): MixtureParameters {
  const share = length - 1;
  // Sums to 1: proportions still do.
  const combined = (a: Float64Array, b: Float64Array, c: Float64Array): Float64Array =>
    a.map((value, i) => share * share * value - 2 * length * share * b[i] + length * length * c[i]);
  return {
    ...to,
    proportions: combined(from.proportions, middle.proportions, to.proportions),
    means: combined(from.means, middle.means, to.means),
    covariances: combined(from.covariances, middle.covariances, to.covariances),
  };
}
