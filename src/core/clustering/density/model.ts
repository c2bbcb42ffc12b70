import type { DbscanModel, DensityModel, HdbscanModel } from '../../../contracts/model';
import { inverseOrder } from '../canonical';
import { clusterMeans } from '../cluster-means';
import { unpadCentroids, type Points } from '../points';
import type { DbscanOptions } from './dbscan';
import type { HdbscanOptions } from './hdbscan';
import type { DbscanFit, HdbscanFit } from './types';

export type { DbscanModel, DensityModel, HdbscanModel } from '../../../contracts/model';

type DensityModelBase = Pick<DensityModel, 'k' | 'cols' | 'means' | 'rows' | 'labels'>;

/** The model of a fit of HDBSCAN to these points with these options. O(nd). */
export function hdbscanModel(
  points: Points,
  fit: HdbscanFit,
  { minClusterSize, minSamples, selection = 'eom' }: HdbscanOptions,
): HdbscanModel {
  const kept = Int32Array.from({ length: fit.k === 0 ? 0 : points.rows }, (_, i) => i);
  return {
    method: 'hdbscan',
    minClusterSize,
    minSamples,
    selection,
    ...describe(points, fit.k, fit.labels, kept),
    coreDistances: Array.from(fit.coreDistances),
    exitDistances: Array.from(fit.exitDistances),
    birthDistances: Array.from(fit.birthDistances),
    coreExits: Array.from(fit.coreExits),
  };
}

/** The model of a fit of DBSCAN to these points with these options. O(nd). */
export function dbscanModel(points: Points, fit: DbscanFit, { eps, minSamples }: DbscanOptions): DbscanModel {
  return { method: 'dbscan', eps, minSamples, ...describe(points, fit.k, fit.labels, fit.core) };
}

function describe(points: Points, k: number, labels: Int32Array, kept: Int32Array): DensityModelBase {
  const { cols, stride, values } = points;
  return {
    k,
    cols,
    means: unpadCentroids(clusterMeans(points, labels, k), k, cols, stride),
    rows: Array.from(kept, (row) => Array.from(values.subarray(row * stride, row * stride + cols))),
    labels: Array.from(kept, (row) => labels[row]),
  };
}

/** The same model with its clusters in another order: new cluster c is the old `order[c]`. O(n + kd). */
export function reorderDensity(model: DensityModel, order: Int32Array): DensityModel {
  const place = inverseOrder(order);
  const picked = <T>(values: readonly T[]): T[] => Array.from(order, (from) => values[from]);
  const common = { means: picked(model.means), labels: model.labels.map((label) => (label < 0 ? -1 : place[label])) };
  if (model.method === 'dbscan') return { ...model, ...common };
  return { ...model, ...common, birthDistances: picked(model.birthDistances), coreExits: picked(model.coreExits) };
}
