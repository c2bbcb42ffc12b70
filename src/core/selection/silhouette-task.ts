import type { Kernel } from '../clustering/kernel';
import { sampledValues, type SampledPlan } from '../validity/silhouette-sample';

/** Silhouettes of the drawn rows [from, to), labelling by labelling. */
export const silhouetteTask = ([from, to]: readonly [number, number], plan: SampledPlan, kernel: Kernel): Float64Array =>
  sampledValues(plan, from, to, kernel);
