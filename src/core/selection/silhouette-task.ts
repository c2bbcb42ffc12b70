import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import { sampledValues, type SampledPlan } from '../validity/silhouette-sample';

/** Silhouettes of the drawn rows [from, to), labelling by labelling. */
export const silhouetteTask = ([from, to]: readonly [number, number], plan: SampledPlan, kernel: Kernel = plainKernel): Float64Array =>
  sampledValues(plan, from, to, kernel);
