import type { LabCandidate } from './candidate';
import type { Scaling } from './scaling';
import type { ChosenSolution } from './verdict';

/** The chosen candidate with its parameters in the units of the file. */
export interface LabChosen {
  readonly algorithm: LabCandidate['algorithm'];
  readonly model: string | null;
  readonly k: number;
  /** On the rows fitted, in the units of the model; null unless it is a mixture. */
  readonly bic: number | null;
  readonly bicMclust: number | null;
  /** Of a mixture; null for other algorithms. */
  readonly proportions: readonly number[] | null;
  /** Of the components of a mixture, else of the clusters: k x d. */
  readonly means: readonly (readonly number[])[];
  /** Of a mixture, k x d x d; null for other algorithms. */
  readonly covariances: readonly (readonly (readonly number[])[])[] | null;
}

/** Clusters in canonical order, as the sizes of the candidate are. O(kd²). */
export function describeChosen(
  { algorithm, model, k, bic, bicMclust }: LabCandidate,
  { solution, centroids }: ChosenSolution,
  { means, sds }: Scaling,
): LabChosen {
  const mixture = solution.kind === 'mixture' ? solution.mixture : null;
  const inUnits = (point: readonly number[]): number[] => point.map((value, j) => means[j] + sds[j] * value);
  return {
    algorithm,
    model,
    k,
    bic,
    bicMclust,
    proportions: mixture?.proportions ?? null,
    means: (mixture?.means ?? centroids).map(inUnits),
    covariances: mixture?.covariances.map((matrix) => matrix.map((row, i) => row.map((value, j) => value * sds[i] * sds[j]))) ?? null,
  };
}
