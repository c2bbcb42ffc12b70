import { PipelineError } from '../../../contracts/errors';
import { requireFinite } from '../../linalg/checks';
import type { Assignments } from '../assignments';
import { squaredDistance } from '../distance';
import { padCentroids, toPoints, type Points } from '../points';
import { createNeighbourDistance } from './core-distances';
import { membership } from './hdbscan';
import { createKdTree } from './kd-tree';
import type { DbscanModel, DensityModel, HdbscanModel } from './model';
import { createNearest, type FindNearest, type Nearest } from './nearest';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;
const { max, min, sqrt } = Math;

/** Assigns rows [from, to). */
export type DensityPredictor = (points: Points, from?: number, to?: number) => Assignments;

/**
 * Assign rows [from, to) by a stored density: a pure function of the model, the same for one row or for all, and for the rows of the fit what the
 * fit said of them. A row that the density does not reach is unassigned, however near its nearest cluster is.
 *
 * - HDBSCAN: the nearest row of the fit by mutual reachability distance (core distance to the rows of the fit). Its cluster is the row's if the two
 *   are connected while that cluster exists; if it is noise, so is the row. The probability is that of a row that leaves with its neighbour, or
 *   earlier where it joins later. As `approximate_predict` of the hdbscan package, which looks at the 2 `minSamples` nearest rows only and lets
 *   the row stay longer than its neighbour.
 * - DBSCAN: the cluster of the nearest core row, if that is within eps; probability 1.
 *
 * Runner-up: the other cluster with the nearest row; for an unassigned row the cluster with the nearest row. Margin: squared (mutual reachability)
 * distance to the runner-up's row minus that to the own one, 0 where there is no runner-up. Distance: to the mean of the cluster, as for other
 * models; infinite for a model without clusters.
 *
 * @throws PipelineError `COLUMN_MISSING` where rows and model differ in columns; `NOT_FINITE`.
 *
 * O((to − from) k log n) for few columns, beyond O(n log n) for the model.
 */
export const predictDensity = (model: DensityModel, points: Points, from = 0, to = points.rows): Assignments =>
  createDensityPredictor(model)(points, from, to);

/** `predictDensity` with the model made ready once, for many calls. */
export function createDensityPredictor(model: DensityModel): DensityPredictor {
  const { k, cols } = model;
  const rows = toPoints({ rows: model.rows.length, cols, names: [], values: Float64Array.from(model.rows.flat()) });
  const decide = model.method === 'hdbscan' ? byHierarchy(model, rows) : byRadius(model, rows);
  const means = padCentroids(model.means, rows.stride);
  return (points, from = 0, to = points.rows) => {
    const { stride, values } = points;
    if (points.cols !== cols)
      throw new PipelineError('COLUMN_MISSING', `the model has ${cols} columns, the rows have ${points.cols}`);
    const count = to - from;
    requireFinite({ rows: count, cols: stride, names: [], values: values.subarray(from * stride, to * stride) });
    const result = {
      cluster: new Int32Array(count).fill(-1),
      distance: new Float64Array(count).fill(FAR),
      runnerUp: new Int32Array(count).fill(-1),
      margin: new Float64Array(count),
      probability: new Float64Array(count),
    };
    if (k === 0) return result;
    const decision: Decision = { cluster: -1, runnerUp: -1, margin: 0, probability: 0 };
    for (let i = 0; i < count; i++) {
      const at = (from + i) * stride;
      decide(values, at, decision);
      const { cluster } = decision;
      result.cluster[i] = cluster;
      result.runnerUp[i] = decision.runnerUp;
      result.margin[i] = decision.margin;
      result.probability[i] = decision.probability;
      let squared = FAR;
      for (let c = max(0, cluster); c <= (cluster < 0 ? k - 1 : cluster); c++)
        squared = min(squared, squaredDistance(values, at, means, c * stride, stride));
      result.distance[i] = sqrt(squared);
    }
    return result;
  };
}

interface Decision {
  cluster: number;
  runnerUp: number;
  margin: number;
  probability: number;
}
type Decide = (values: Float64Array, at: number, decision: Decision) => void;

function byHierarchy(model: HdbscanModel, rows: Points): Decide {
  const { labels, coreDistances, exitDistances, birthDistances, coreExits } = model;
  if (rows.rows === 0) return unassigned;
  const coreOf = createNeighbourDistance(createKdTree(rows), model.minSamples);
  const clusters = nearestClusters(model, rows, coreDistances);
  const findNoise = createNearest(rows, rowsOf(labels, -1), coreDistances);
  const noise: Nearest = { row: -1, mutual: FAR, squared: FAR };
  return (values, at, decision) => {
    const own = coreOf(values, at);
    const { first, second } = clusters(values, at, own);
    findNoise(values, at, own, first.mutual, noise);
    const label = labels[first.row];
    const stays = first.mutual <= exitDistances[first.row] || first.mutual < birthDistances[label];
    const cluster = stays && !isNearer(noise, first) ? label : -1;
    conclude(decision, cluster, labels, first, second);
    decision.probability = membership(cluster, max(first.mutual, exitDistances[first.row]), coreExits);
  };
}

function byRadius(model: DbscanModel, rows: Points): Decide {
  if (rows.rows === 0) return unassigned;
  const { labels, eps } = model;
  const clusters = nearestClusters(model, rows, null);
  return (values, at, decision) => {
    const { first, second } = clusters(values, at, 0);
    const cluster = first.mutual <= eps ? labels[first.row] : -1;
    conclude(decision, cluster, labels, first, second);
    decision.probability = cluster < 0 ? 0 : 1;
  };
}

const unassigned: Decide = () => undefined;

/** The nearest row of the nearest and of the second-nearest cluster. */
function nearestClusters(
  { k, labels }: DensityModel,
  rows: Points,
  core: readonly number[] | null,
): (values: Float64Array, at: number, own: number) => { readonly first: Nearest; readonly second: Nearest } {
  const finders: FindNearest[] = Array.from({ length: k }, (_, c) => createNearest(rows, rowsOf(labels, c), core));
  const found: Nearest = { row: -1, mutual: FAR, squared: FAR };
  const first = { ...found };
  const second = { ...found };
  const result = { first, second };
  return (values, at, own) => {
    copy(none, first);
    copy(none, second);
    for (let c = 0; c < k; c++) {
      finders[c](values, at, own, second.mutual, found);
      if (isNearer(found, first)) {
        copy(first, second);
        copy(found, first);
      } else if (isNearer(found, second)) copy(found, second);
    }
    return result;
  };
}

const none: Nearest = { row: -1, mutual: FAR, squared: FAR };

function isNearer(a: Nearest, b: Nearest): boolean {
  if (a.row < 0 || b.row < 0) return a.row >= 0;
  if (a.mutual !== b.mutual) return a.mutual < b.mutual;
  return a.squared < b.squared || (a.squared === b.squared && a.row < b.row);
}

function copy({ row, mutual, squared }: Nearest, to: Nearest): void {
  to.row = row;
  to.mutual = mutual;
  to.squared = squared;
}

function conclude(
  decision: Decision,
  cluster: number,
  labels: readonly number[],
  first: Nearest,
  second: Nearest,
): void {
  decision.cluster = cluster;
  if (cluster < 0) {
    decision.runnerUp = labels[first.row];
    decision.margin = 0;
  } else {
    decision.runnerUp = second.row < 0 ? -1 : labels[second.row];
    decision.margin = second.row < 0 ? 0 : second.mutual * second.mutual - first.mutual * first.mutual;
  }
}

const rowsOf = (labels: readonly number[], label: number): number[] => {
  const rows: number[] = [];
  labels.forEach((own, row) => own === label && rows.push(row));
  return rows;
};
