import { silhouetteValues, type SilhouettePlan } from '../validity/silhouette';

/** Silhouettes of sorted rows [from, to), labelling by labelling. */
export const silhouetteTask = ([from, to]: readonly [number, number], plan: SilhouettePlan): Float64Array =>
  silhouetteValues(
    plan,
    Int32Array.from({ length: to - from }, (_, i) => from + i),
  );
