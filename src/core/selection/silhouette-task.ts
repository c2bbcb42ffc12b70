import { sampledValues, type SampledPlan } from '../validity/silhouette-sample';

/** Silhouettes of the drawn rows [from, to), labelling by labelling. */
export const silhouetteTask = ([from, to]: readonly [number, number], plan: SampledPlan): Float64Array => sampledValues(plan, from, to);
