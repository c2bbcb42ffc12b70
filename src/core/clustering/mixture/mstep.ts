import { commonAxes } from './models/common-axes';
import { commonCovariance, commonEllipsoid } from './models/common-ellipsoid';
import { ownAxes } from './models/own-axes';
import { diagonals } from './models/rotation';
import { VARIANCES, type VarianceModel } from './models/variances';
import type { Scatter } from './scatter';
import type { CovarianceModel } from './types';

const { isFinite } = Number;

/** What one M-step leaves to the next, so that the likelihood cannot fall where a step has several maxima. */
export interface Memory {
  /** Common axes of EVE and VVE, one per row (d x d). */
  axes: Float64Array | null;
}

/** Covariances (k x d x d), or null where the scatter is singular in a way that leaves the model without a maximum. */
type Update = (scatter: Scatter, memory: Memory) => Float64Array | null;

const alongColumns =
  (variances: VarianceModel): Update =>
  ({ k, cols, within, sizes }) => {
    const found = VARIANCES[variances](within, sizes, cols);
    return found && diagonals(found, k, cols);
  };

const alongOwnAxes =
  (variances: VarianceModel): Update =>
  (scatter) =>
    ownAxes(scatter, variances);

const alongCommonAxes =
  (volume: 'E' | 'V'): Update =>
  (scatter, memory) => {
    const found = commonAxes(scatter, volume, memory.axes);
    memory.axes = found?.axes ?? memory.axes;
    return found?.covariances ?? null;
  };

const unrestricted: Update = ({ cols, within, sizes }) =>
  within.map((sum, at) => sum / sizes[Math.floor(at / (cols * cols))]);

const UPDATES: Readonly<Record<CovarianceModel, Update>> = {
  EII: alongColumns('EI'),
  VII: alongColumns('VI'),
  EEI: alongColumns('EE'),
  VEI: alongColumns('VE'),
  EVI: alongColumns('EV'),
  VVI: alongColumns('VV'),
  EEE: commonCovariance,
  VEE: commonEllipsoid,
  EVE: alongCommonAxes('E'),
  VVE: alongCommonAxes('V'),
  EEV: alongOwnAxes('EE'),
  VEV: alongOwnAxes('VE'),
  EVV: alongOwnAxes('EV'),
  VVV: unrestricted,
};

/** Means (k x d) and covariances (k x d x d) of all components. */
export interface Maximum {
  readonly means: Float64Array;
  readonly covariances: Float64Array;
}

/**
 * Means and covariances of greatest likelihood under a model, given the scatter of the components.
 *
 * @param scatter Sizes all > 0; its diagonals alone for a diagonal model.
 * @param memory Read and written.
 * @returns Null where the scatter leaves no maximum.
 */
export function mStep(scatter: Scatter, model: CovarianceModel, memory: Memory): Maximum | null {
  const covariances = UPDATES[model](scatter, memory);
  // Volumes and shape can run away from each other where components are flat in different directions.
  if (covariances === null || !covariances.every(isFinite)) return null;
  return { means: scatter.means, covariances };
}

/** The covariance of each component's own rows (k x d x d), 0 for a component without weight: what is left to look at where there is no maximum. */
export function ownCovariances({ k, cols, sizes, within, diagonal }: Scatter): Float64Array {
  const sums = diagonal ? diagonals(within, k, cols) : within;
  return sums.map((sum, at) => {
    const size = sizes[Math.floor(at / (cols * cols))];
    return size > 0 ? sum / size : 0;
  });
}
