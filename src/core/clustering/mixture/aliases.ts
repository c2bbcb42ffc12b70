import { PipelineError } from '../../../contracts/errors';
import { COVARIANCE_MODELS, LPA_MODELS, type CovarianceModel } from './types';

/** mclust's names for one component and for one column. */
const OTHER_NAMES: Readonly<Record<string, CovarianceModel>> = {
  E: 'EII',
  V: 'VII',
  XII: 'EII',
  XXI: 'EEI',
  XXX: 'EEE',
};

/**
 * The covariance model a name stands for, in any case: mclust's (`EEI`, also `E`, `V`, `XII`, `XXI`, `XXX`), tidyLPA's numbers (`lpa1`,
 * `LPA model 1`, `model 1`, `1`).
 *
 * @throws PipelineError `CONFIG_INVALID` for any other name.
 */
export function covarianceModelOf(name: string): CovarianceModel {
  const known = name.trim().toUpperCase();
  const exact = COVARIANCE_MODELS.find((model) => model === known) ?? OTHER_NAMES[known];
  if (exact !== undefined) return exact;
  const number = /^(?:LPA)?[\s_-]*(?:MODEL)?[\s_-]*(\d)$/.exec(known)?.[1];
  const numbered = number === undefined ? undefined : LPA_MODELS[Number(number) as keyof typeof LPA_MODELS];
  if (numbered !== undefined) return numbered;
  const allowed = `${COVARIANCE_MODELS.join(', ')}, or lpa1, lpa2, lpa3, lpa6`;
  throw new PipelineError('CONFIG_INVALID', `${name} is no covariance model: use one of ${allowed}`, { name });
}
