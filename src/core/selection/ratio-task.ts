import { likelihoodRatio, type BlrtSpec } from '../clustering/mixture/blrt';
import type { MixtureFit } from '../clustering/mixture/fit';
import { startSpace } from '../clustering/mixture/starts/hierarchies';
import type { MixtureParameters } from '../clustering/mixture/types';
import type { Points } from '../clustering/points';

export interface RatioPayload extends BlrtSpec {
  /** Tested against one more. */
  readonly k: number;
}

export interface ObservedRatio {
  /** Of the smaller solution, which data sets are drawn from; null where it has none. */
  readonly parameters: MixtureParameters | null;
  readonly statistic: number | null;
  /** Why there is no statistic. */
  readonly reason: string | null;
}

/** The likelihood ratio of k against k + 1 components on the sample, in a compute thread. */
export function ratioTask({ k, ...spec }: RatioPayload, sample: Points): ObservedRatio {
  const space = startSpace(sample, null, { largestK: k + 1, seed: spec.seed });
  const { smaller, larger, statistic } = likelihoodRatio(space, k, spec);
  const parameters = smaller.status === 'fitted' ? smaller.outcome.parameters : null;
  return { parameters, statistic, reason: statistic === null ? reasonOf(parameters === null ? smaller : larger) : null };
}

const reasonOf = (fit: MixtureFit | null): string =>
  fit?.status === 'not estimable' ? `${fit.k} components: ${fit.reason}` : 'no proper solution';
