import { PipelineError } from '../../contracts/errors';
import type { ColumnPreparation, Preprocessing } from '../../contracts/model';
import type { Matrix } from '../linalg/matrix';
import { basisValue } from './basis';
import { transformValue } from './transform';

/** Raw features of one customer; null, NaN and absent all mean missing. */
export type FeatureRow = Readonly<Record<string, number | null | undefined>>;

/**
 * Prepared values from raw features: basis, imputation, winsorising, transform, scale. The very same arithmetic for one row and for
 * all rows, so a customer scored alone gets the bits it got in the batch.
 *
 * @param features One row by feature name, or a matrix whose names include every feature the model reads (NaN = missing).
 * @returns The row, length d; or the n x d matrix with the names of the model columns.
 * @throws PipelineError `COLUMN_MISSING` where a matrix lacks a feature; `NOT_FINITE` where a feature is infinite, a share lies so far
 * outside [0, 1] that it has no logarithm, or a transform overflows (the column, never the value).
 */
export function applyPreprocessing(preprocessing: Preprocessing, features: Matrix): Matrix;
export function applyPreprocessing(preprocessing: Preprocessing, features: FeatureRow): Float64Array;
export function applyPreprocessing({ columns }: Preprocessing, features: Matrix | FeatureRow): Matrix | Float64Array {
  if (!isMatrix(features)) return prepareRow(columns, features);
  const cols = columns.length;
  const values = new Float64Array(features.rows * cols);
  columns.forEach((column, j) => {
    const raw = basisColumn(column, features);
    for (let i = 0; i < features.rows; i++) values[i * cols + j] = finishValue(column, raw[i]);
  });
  return { rows: features.rows, cols, names: columns.map(({ column }) => column), values };
}

function prepareRow(columns: readonly ColumnPreparation[], row: FeatureRow): Float64Array {
  return Float64Array.from(columns, (column) => {
    const parts = Float64Array.from(column.from, (name) => row[name] ?? NaN);
    const value = basisValue(column.basis, parts);
    if (isInvalid(value, parts)) throw notFinite(column);
    return finishValue(column, value);
  });
}

/**
 * A column on its basis scale, before imputation; NaN where missing.
 * @throws PipelineError `COLUMN_MISSING`, `NOT_FINITE`, as above.
 */
export function basisColumn(column: Pick<ColumnPreparation, 'column' | 'from' | 'basis'>, features: Matrix): Float64Array {
  const places = column.from.map((name) => placeOf(name, features));
  const parts = new Float64Array(places.length);
  const out = new Float64Array(features.rows);
  for (let i = 0; i < features.rows; i++) {
    for (let p = 0; p < places.length; p++) parts[p] = features.values[i * features.cols + places[p]];
    out[i] = basisValue(column.basis, parts);
    if (isInvalid(out[i], parts)) throw notFinite(column);
  }
  return out;
}

/** Everything after the basis: impute, winsorise, transform, scale. */
function finishValue({ column, impute, winsorise, transform, scale }: ColumnPreparation, value: number): number {
  const present = Number.isNaN(value) ? impute.value : value;
  const scaled = (transformValue(transform, clamp(present, winsorise)) - scale.mean) / scale.sd;
  if (!Number.isFinite(scaled)) {
    throw new PipelineError('NOT_FINITE', `"${column}": a value lies where the fitted ${transform.kind} transform has no finite result`, { column });
  }
  return scaled;
}

/** A value set to the winsorising limits where it lies beyond them. */
export function clamp(value: number, { lower, upper }: { readonly lower: number | null; readonly upper: number | null }): number {
  if (lower !== null && value < lower) return lower;
  if (upper !== null && value > upper) return upper;
  return value;
}

/** A value that is there but has no finite place on the basis scale. */
const isInvalid = (value: number, parts: Float64Array): boolean => !Number.isFinite(value) && !parts.some(Number.isNaN);

const isMatrix = (features: Matrix | FeatureRow): features is Matrix => 'values' in features && features.values instanceof Float64Array;

function placeOf(name: string, features: Matrix): number {
  const place = features.names.indexOf(name);
  if (place < 0) throw new PipelineError('COLUMN_MISSING', `the model reads the feature "${name}", which the feature table does not have`, { feature: name });
  return place;
}

function notFinite({ column, from, basis }: Pick<ColumnPreparation, 'column' | 'from' | 'basis'>): PipelineError {
  const rule = basis.kind === 'identity' ? 'is infinite' : 'lies outside [0, 1], so it is no share,';
  return new PipelineError('NOT_FINITE', `"${column}": ${from.join(', ')} ${rule} for at least one customer`, { column, from });
}
