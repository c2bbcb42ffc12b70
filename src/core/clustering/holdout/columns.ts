import { PipelineError } from '../../../contracts/errors';
import type { FeatureSpec } from '../../../contracts/features';
import type { Preprocessing } from '../../../contracts/model';
import type { ProjectConfig } from '../../../config/project';
import type { Matrix } from '../../linalg/matrix';
import { fitSteps } from '../../prepare';

/** No correlation is above it: what is redundant was decided on all customers. */
const NOTHING_REDUNDANT = 1;

/**
 * How the columns of the published model are made, fitted to another set of customers: imputation, winsorising, transforms and scale anew, the
 * same columns. One that hardly varies there is left out, and is among `dropped`.
 *
 * @param features Raw features of those customers, NaN = missing.
 * @returns A generator that yields the finished share after each column, as `fitSteps`.
 * @throws PipelineError as `fitSteps`; `NO_FEATURES_LEFT` where no published column varies.
 */
export function* refitColumns(
  features: Matrix,
  specs: readonly FeatureSpec[],
  config: Pick<ProjectConfig, 'features' | 'prepare'>,
  published: Preprocessing,
): Generator<number, Preprocessing, void> {
  const kept = new Set(published.columns.map(({ column }) => column));
  const fitted = yield* fitSteps(features, specs, config.features.model, { ...config.prepare, redundant: NOTHING_REDUNDANT });
  const places = fitted.columns.flatMap(({ column }, i) => (kept.has(column) ? [i] : []));
  if (places.length === 0)
    throw new PipelineError('NO_FEATURES_LEFT', `none of the columns ${[...kept].join(', ')} varies`, { columns: kept.size });
  return {
    columns: places.map((i) => fitted.columns[i]),
    dropped: fitted.dropped.filter(({ column }) => kept.has(column)),
    correlation: places.map((i) => places.map((j) => fitted.correlation[i][j])),
    rows: fitted.rows,
  };
}
