import type { ColumnPreparation } from '../../contracts/model';

export type Basis = ColumnPreparation['basis'];

/**
 * One model value from the features it reads, before imputation: itself, the logit of a share, or a pivot coordinate of a whole.
 * NaN where one of the features is missing; NaN also where a share is too far outside [0, 1] for a logarithm.
 *
 * @param parts The features in the order of `ColumnPreparation.from`.
 */
export function basisValue(basis: Basis, parts: Float64Array): number {
  switch (basis.kind) {
    case 'identity':
      return parts[0];
    case 'logit':
      return Math.log((parts[0] + basis.pseudoCount) / (1 - parts[0] + basis.pseudoCount));
    case 'ilr':
      return pivotCoordinate(parts, basis.pivot, basis.pseudoCount);
  }
}

/**
 * Pivot coordinate i (1-based) of the isometric log-ratio of D parts:
 * `sqrt((D - i) / (D - i + 1)) * ln(x_i / g(x_{i+1} … x_D))`, g the geometric mean.
 * The pseudo-count is added to each part; closing to 1 afterwards cancels in the ratio, so it is left out.
 * Egozcue et al., Mathematical Geology 35(3), 2003.
 */
function pivotCoordinate(parts: Float64Array, pivot: number, pseudoCount: number): number {
  const rest = parts.length - pivot;
  let logs = 0;
  for (let j = pivot; j < parts.length; j++) logs += Math.log(parts[j] + pseudoCount);
  return Math.sqrt(rest / (rest + 1)) * (Math.log(parts[pivot - 1] + pseudoCount) - logs / rest);
}
