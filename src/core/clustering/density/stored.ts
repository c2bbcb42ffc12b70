import type { ArtifactRef } from '../../../contracts/artifacts';
import { PipelineError } from '../../../contracts/errors';
import type { DensityModel, DensityRows, StoredDensity } from '../../../contracts/model';

/** Name and kind of the one object that holds the rows of a density: customer-level values, without ids. */
export const DENSITY_ROWS = 'selection.density_rows';

/**
 * The rows of a density by themselves; null where it has none. The same for a model with its clusters in another order, so that all models of one fit
 * name the same object. O(nd).
 */
export function densityRows(model: DensityModel): DensityRows | null {
  const { rows, labels } = model;
  if (rows.length === 0) return null;
  const clusters = clustersByAppearance(labels);
  const place = new Map(clusters.map((cluster, label) => [cluster, label]));
  const distances = model.method === 'hdbscan' ? model : { coreDistances: null, exitDistances: null };
  return {
    format: 1,
    rows,
    labels: labels.map((label) => place.get(label) ?? -1),
    coreDistances: distances.coreDistances,
    exitDistances: distances.exitDistances,
  };
}

/** A density without its rows, which `rowsAt` names. O(n). */
export function withoutRows(model: DensityModel, rowsAt: ArtifactRef | null): StoredDensity {
  const clusters = clustersByAppearance(model.labels);
  if (model.method === 'dbscan') {
    const { rows: _, labels: __, ...rest } = model;
    return { ...rest, clusters, rowsAt };
  }
  const { rows: _, labels: __, coreDistances: ___, exitDistances: ____, ...rest } = model;
  return { ...rest, clusters, rowsAt };
}

/**
 * The density that was stored as these two. O(n).
 *
 * @param found The object that `rowsAt` names; null where it names none.
 * @throws PipelineError `FORMAT_TOO_NEW`; `OBJECT_CORRUPT` where the rows are not those of a density of this method, with these columns and clusters.
 */
export function withRows(stored: StoredDensity, found: DensityRows | null): DensityModel {
  const { rowsAt: _, clusters, ...rest } = stored;
  if (found !== null) requireOwn(stored, found);
  const { rows, labels } = found ?? { rows: [], labels: [] };
  const common = { rows, labels: labels.map((label) => (label < 0 ? -1 : clusters[label])) };
  if (rest.method === 'dbscan') return { ...rest, ...common };
  return { ...rest, ...common, coreDistances: found?.coreDistances ?? [], exitDistances: found?.exitDistances ?? [] };
}

function requireOwn({ method, cols, clusters, rowsAt }: StoredDensity, { format, rows, labels, coreDistances, exitDistances }: DensityRows): void {
  if ((format as number) > 1)
    throw new PipelineError('FORMAT_TOO_NEW', `the rows of the density have format ${format}, this version reads 1: use the version that wrote them`, { format, supported: 1 });
  const ofEach = method === 'hdbscan' ? [labels, coreDistances, exitDistances] : [labels];
  const fits =
    ofEach.every((values) => values?.length === rows.length) && rows.every((row) => row.length === cols) && labels.every((label) => label < clusters.length);
  if (!fits)
    throw new PipelineError('OBJECT_CORRUPT', `object ${rowsAt?.sha256} (${DENSITY_ROWS}) does not hold the rows of the model that names it: run again`, { sha256: rowsAt?.sha256 });
}

/** The clusters in the order in which rows of theirs come first. */
const clustersByAppearance = (labels: readonly number[]): number[] => [...new Set(labels)].filter((label) => label >= 0);
