import { observedRatio, type ObservedRatio, type RatioPayload } from '../clustering/mixture/blrt';
import { startSpace } from '../clustering/mixture/starts/hierarchies';
import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import type { Points } from '../clustering/points';

/** The likelihood ratio of k against k + 1 components on the sample, in a compute thread. */
export const ratioTask = ({ k, ...spec }: RatioPayload, sample: Points, kernel: Kernel = plainKernel): ObservedRatio =>
  observedRatio(startSpace(sample, null, { largestK: k + 1, seed: spec.seed }), k, spec, kernel.mixture);
