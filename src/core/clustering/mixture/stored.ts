import type { StoredMixture } from '../../../contracts/model';
import { PipelineError } from '../../../contracts/errors';
import type { Points } from '../points';
import { emFrom } from './em';
import type { MixtureKernel } from './kernel';
import { defaultPrior } from './prior';
import { COVARIANCE_MODELS, type CovarianceModel, type MixtureParameters } from './types';

/** The parameters as they are written into a model. */
export function toStored({ model, k, cols, proportions, means, covariances }: MixtureParameters): StoredMixture {
  const rows = (values: Float64Array, from: number, count: number): number[][] =>
    Array.from({ length: count }, (_, i) => Array.from(values.subarray(from + i * cols, from + (i + 1) * cols)));
  return {
    model,
    proportions: Array.from(proportions),
    means: rows(means, 0, k),
    covariances: Array.from({ length: k }, (_, c) => rows(covariances, c * cols * cols, cols)),
  };
}

/** The parameters as the kernels read them. `CONFIG_INVALID` for a model that does not exist. */
export function fromStored({ model, proportions, means, covariances }: StoredMixture): MixtureParameters {
  if (!COVARIANCE_MODELS.includes(model as CovarianceModel))
    throw new PipelineError('CONFIG_INVALID', `there is no covariance model "${model}"`);
  return {
    model: model as CovarianceModel,
    k: means.length,
    cols: means[0].length,
    proportions: Float64Array.from(proportions),
    means: Float64Array.from(means.flat()),
    covariances: Float64Array.from(covariances.flat(2)),
  };
}

/** EM on all rows, started from the stored parameters, with the prior of the selection; null where it ends in no proper solution. */
export function refineMixture(mixture: StoredMixture, points: Points, withPrior: boolean, kernel?: MixtureKernel): StoredMixture | null {
  const start = fromStored(mixture);
  const prior = withPrior ? defaultPrior(points, null, start.k, start.model) : null;
  const { parameters, degenerate } = emFrom(points, null, start, { prior, kernel });
  return degenerate === null ? toStored(parameters) : null;
}
