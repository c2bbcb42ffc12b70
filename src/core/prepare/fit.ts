import { PipelineError } from '../../contracts/errors';
import type { FeatureSpec } from '../../contracts/features';
import type { ColumnPreparation, DroppedColumn, Preprocessing } from '../../contracts/model';
import type { ProjectConfig } from '../../config/project';
import type { Matrix } from '../linalg/matrix';
import { basisColumn, clamp } from './apply';
import { basisValue } from './basis';
import type { ColumnPlan } from './columns';
import { planColumns } from './columns';
import { moments } from './moments';
import { quantile } from './quantile';
import { blockSum } from './reduce';
import type { PreparedColumn } from './screen';
import { dropRedundant, nearConstant } from './screen';
import { chooseTransform, transformValue } from './transform';

type PrepareConfig = ProjectConfig['prepare'];

interface FittedColumn {
  readonly preparation: ColumnPreparation;
  readonly prepared: PreparedColumn;
}

/**
 * Fit how each model column is made from the feature table: impute, winsorise (type-7 quantiles), transform by skewness, scale
 * (population standard deviation); then drop columns that are near-constant or repeat an earlier one.
 *
 * @param features Raw features, one row per customer in the order of their keys; NaN = missing.
 * @param specs What the features are (`features.report`).
 * @param model `features.model`: names of features and wholes.
 * @throws PipelineError `CONFIG_INVALID` (a name), `INSUFFICIENT_DATA` (fewer than two customers), `NOT_FINITE`, `NO_FEATURES_LEFT`.
 *
 * O(n d log n + n d²) time, one copy of the prepared columns in memory.
 */
export function fitPreprocessing(features: Matrix, specs: readonly FeatureSpec[], model: readonly string[], config: PrepareConfig): Preprocessing {
  const steps = fitSteps(features, specs, model, config);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** The same, column by column: yields the finished share in [0, 1] after each, so that the caller can give way. */
export function* fitSteps(features: Matrix, specs: readonly FeatureSpec[], model: readonly string[], config: PrepareConfig): Generator<number, Preprocessing, void> {
  const plans = planColumns(model, specs, config.pseudoCount);
  if (features.rows < 2) throw new PipelineError('INSUFFICIENT_DATA', 'need at least 2 customers');
  const fitted: FittedColumn[] = [];
  const dropped: DroppedColumn[] = [];
  for (const [i, plan] of plans.entries()) {
    const result = fitColumn(plan, features, config);
    if ('reason' in result) dropped.push(result);
    else fitted.push(result);
    yield (i + 1) / plans.length;
  }
  const screened = dropRedundant(fitted.map(({ prepared }) => prepared), config.redundant);
  dropped.push(...screened.dropped);
  if (screened.kept.length === 0) throw nothingLeft(dropped);
  const columns = fitted.flatMap(({ preparation }) => (screened.kept.includes(preparation.column) ? [preparation] : []));
  return { columns, dropped, correlation: screened.correlation, rows: features.rows };
}

function fitColumn(plan: ColumnPlan, features: Matrix, config: PrepareConfig): FittedColumn | DroppedColumn {
  const { column } = plan;
  const raw = basisColumn(plan, features);
  const observed = raw.filter((x) => !Number.isNaN(x)).sort();
  if (observed.length === 0) return nearConstantColumn(column, 'no customer has a value');
  const impute = { method: config.impute, value: imputedValue(config.impute, plan, observed), cells: raw.length - observed.length };
  const complete = raw.map((x) => (Number.isNaN(x) ? impute.value : x));
  const limits = winsorLimits(impute.cells === 0 ? observed : complete.slice().sort(), config.winsorise);
  const values = complete.map((x) => clamp(x, limits));
  const evidence = nearConstant(values.slice().sort(), config.nearConstant);
  if (evidence !== null) return nearConstantColumn(column, evidence);
  const winsorise = { ...limits, cells: count(complete, (x, i) => x !== values[i]) };
  const transform = config.transform === 'none' ? { kind: 'none' as const, skewness: moments(values).skewness } : chooseTransform(values);
  const transformed = values.map((x) => transformValue(transform, x));
  const { mean, sd, skewness } = moments(transformed);
  if (!(Number.isFinite(sd) && Number.isFinite(mean))) {
    throw new PipelineError('NOT_FINITE', `"${column}" has values too large for its mean and standard deviation`, { column });
  }
  const scale = config.scale === 'standard' ? { mean, sd } : { mean: 0, sd: 1 };
  return {
    preparation: { ...plan, impute, winsorise, transform, scale },
    prepared: { column, values: transformed, moments: { mean, sd, skewness } },
  };
}

/** What stands in for a missing value, on the basis scale; `zero` means a raw zero in every part. `observed` is ascending. */
function imputedValue(method: PrepareConfig['impute'], { from, basis }: ColumnPlan, observed: Float64Array): number {
  switch (method) {
    case 'median':
      return quantile(observed, 0.5);
    case 'mean':
      return blockSum(observed, (x) => x) / observed.length;
    case 'zero':
      return basisValue(basis, new Float64Array(from.length));
  }
}

function winsorLimits(sorted: Float64Array, { lower, upper }: PrepareConfig['winsorise']) {
  return { lower: lower > 0 ? quantile(sorted, lower) : null, upper: upper < 1 ? quantile(sorted, upper) : null };
}

function count(column: Float64Array, test: (x: number, i: number) => boolean): number {
  let n = 0;
  column.forEach((x, i) => {
    if (test(x, i)) n++;
  });
  return n;
}

const nearConstantColumn = (column: string, evidence: string): DroppedColumn => ({ column, reason: 'near-constant', evidence });

function nothingLeft(dropped: readonly DroppedColumn[]): PipelineError {
  const reasons = dropped.map(({ column, reason, evidence }) => `${column} (${reason}: ${evidence})`).join('; ');
  return new PipelineError('NO_FEATURES_LEFT', `every column of features.model was dropped: ${reasons}`, { dropped });
}
