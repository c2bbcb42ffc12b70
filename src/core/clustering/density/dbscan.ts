import { PipelineError } from '../../../contracts/errors';
import { squaredDistance } from '../distance';
import type { Points } from '../points';
import { requireCount, requireFinitePoints } from './checks';
import { coreDistances } from './core-distances';
import { canonicalLabels } from '../canonical';
import { createNearest, type Nearest } from './nearest';
import type { DbscanFit } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;
const { sqrt } = Math;

export interface DbscanOptions {
  /** Radius of a neighbourhood in scaled units, its edge included. */
  readonly eps: number;
  /** Rows within eps that make a row a core row, itself included; at least 1. */
  readonly minSamples: number;
}

/**
 * DBSCAN: core rows within eps of each other are one cluster; another row within eps of a core row belongs to the cluster of the nearest one (the
 * paper leaves it to the order of the rows); the rest is noise.
 *
 * @param points Scaled features, n x d.
 * @throws PipelineError `CONFIG_INVALID` for parameters out of range; `NOT_FINITE` where a value is not finite.
 *
 * O(n²d) time, less where eps is large; O(nd) memory.
 * Ester, Kriegel, Sander and Xu, KDD 1996; Schubert et al., ACM Transactions on Database Systems 42(3), 2017.
 */
export function dbscan(points: Points, { eps, minSamples }: DbscanOptions): DbscanFit {
  requireCount('minSamples', minSamples, 1);
  if (!(eps > 0 && eps < FAR))
    throw new PipelineError('CONFIG_INVALID', `eps must be a positive number, got ${eps}`, { eps });
  requireFinitePoints(points);
  const core = coreRows(points, eps, minSamples);
  const labels = new Int32Array(points.rows).fill(-1);
  const k = labelCores(points, core, eps, labels);
  labelBorders(points, core, eps, labels);
  const { order: _, ...canonical } = canonicalLabels(labels, k);
  return {
    ...canonical,
    k,
    core,
    probabilities: Float64Array.from(labels, (label) => (label < 0 ? 0 : 1)),
    clusterPersistence: [],
  };
}

/** Rows with at least `minSamples` rows within eps, ascending. */
function coreRows(points: Points, eps: number, minSamples: number): Int32Array {
  if (points.rows < minSamples) return new Int32Array(0);
  const distances = coreDistances(points, minSamples);
  return Int32Array.from(distances.keys()).filter((row) => distances[row] <= eps);
}

/** Number the groups of connected core rows; returns how many there are. */
function labelCores({ stride, values }: Points, core: Int32Array, eps: number, labels: Int32Array): number {
  // Core rows without a label; the last takes the place of one that gets one, so that a search never meets a row twice.
  const rest = Int32Array.from(core);
  let left = rest.length;
  const open: number[] = [];
  const take = (place: number, label: number): void => {
    labels[rest[place]] = label;
    open.push(rest[place]);
    rest[place] = rest[--left];
  };
  let k = 0;
  for (; left > 0; k++) {
    take(left - 1, k);
    while (open.length > 0) {
      const at = open.pop()! * stride;
      for (let p = left - 1; p >= 0; p--)
        if (sqrt(squaredDistance(values, at, values, rest[p] * stride, stride)) <= eps) take(p, k);
    }
  }
  return k;
}

function labelBorders(points: Points, core: Int32Array, eps: number, labels: Int32Array): void {
  const nearestCore = createNearest(points, core, null);
  const found: Nearest = { row: -1, mutual: 0, squared: 0 };
  for (let i = 0; i < points.rows; i++) {
    if (labels[i] >= 0) continue;
    nearestCore(points.values, i * points.stride, 0, eps, found);
    if (found.row >= 0) labels[i] = labels[found.row];
  }
}
