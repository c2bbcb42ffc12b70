import { RandomStream, type StreamAddress } from '../../../linalg/random-stream';
import { createWorkspace } from '../../kernel';
import { seedCentroids, trialsOf } from '../../kmeans/seeding';
import { plainKernel } from '../../plain-kernel';
import type { Points } from '../../points';
import type { Hierarchy, StartSpace } from './hierarchies';

/** Steps of Lloyd's iteration after seeding: enough to leave a poor seed, few enough that starts stay different. */
const LLOYD_STEPS = 3;

/** Where a run of EM starts from. */
export interface Start {
  readonly method: Hierarchy['method'] | 'k-means' | 'k-means, sphered' | 'split';
  /** Which of its method: of k-means the seeding, of a split the component that is split. */
  readonly index: number;
  /** Of a split, see `splitComponent`. */
  readonly hardness?: number;
}

/** Where the random numbers of a start come from: its number is the restart, or the block inside a resample. */
export type StartStream = Pick<StreamAddress, 'seed'> & { readonly draw: number | null };

/** All hierarchies, then k-means seedings by turns on the columns as they are and on the sphered ones: `count` in all. */
export function startsOf({ hierarchies }: Pick<StartSpace, 'hierarchies'>, count: number): Start[] {
  const starts: Start[] = hierarchies.slice(0, count).map(({ method }) => ({ method, index: 0 }));
  return [...starts, ...seedings(0, count - starts.length)];
}

/** K-means starts number `from` to `to` − 1. */
export const seedings = (from: number, to: number): Start[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, i) => ({
    method: (from + i) % 2 === 0 ? 'k-means' : 'k-means, sphered',
    index: from + i,
  }));

/**
 * Cluster of each row at a start, 0..k−1; a label can be empty where there are fewer distinct rows than clusters.
 *
 * O(nkd) for k-means and for rows outside the sample of a hierarchy.
 */
export function startLabels(space: StartSpace, start: Start, k: number, stream: StartStream): Int32Array {
  const { points, sphered, weights, sample, hierarchies } = space;
  const columns = start.method === 'ward' || start.method === 'k-means' ? points : sphered;
  const hierarchy = hierarchies.find(({ method }) => method === start.method);
  if (!hierarchy) return seeded(columns, weights, k, addressOf(start, k, stream));
  const labels = hierarchy.labels[Math.min(k, hierarchy.labels.length) - 1];
  return sample === null ? labels : extend(columns, sample, labels, k);
}

/** Labels as responsibilities, n x k: 1 for the own cluster. */
export function responsibilitiesOf(labels: Int32Array, k: number): Float64Array {
  const responsibilities = new Float64Array(labels.length * k);
  labels.forEach((label, row) => (responsibilities[row * k + label] = 1));
  return responsibilities;
}

// Block 0 of 'seeding' belongs to k-means itself, the first 2^16 of 'resample seeding' to the bootstrap of the stability.
const addressOf = ({ index }: Start, k: number, { seed, draw }: StartStream): StreamAddress =>
  draw === null
    ? { seed, stage: 'selection', use: 'seeding', candidate: k, restart: index, block: 1 }
    : { seed, stage: 'selection', use: 'resample seeding', candidate: k, restart: draw, block: 2 ** 16 + index };

/** k-means++ and a few steps of Lloyd's iteration. */
function seeded(points: Points, weights: Float64Array | null, k: number, address: StreamAddress): Int32Array {
  const workspace = createWorkspace(points.rows, trialsOf(k));
  const centroids = new Float64Array(k * points.stride);
  seedCentroids(points, weights, centroids, k, new RandomStream(address), workspace);
  plainKernel.lloyd(points, weights, centroids, k, LLOYD_STEPS, workspace);
  return workspace.labels;
}

/** Every row to the nearest mean of the sampled rows' clusters. */
function extend(points: Points, sample: Int32Array, labels: Int32Array, k: number): Int32Array {
  const { rows, stride, values } = points;
  const sums = new Float64Array(k * stride);
  const sizes = new Float64Array(k);
  sample.forEach((row, s) => {
    sizes[labels[s]]++;
    for (let j = 0; j < stride; j++) sums[labels[s] * stride + j] += values[row * stride + j];
  });
  const found = sizes.filter((size) => size > 0).length;
  const means = sums.subarray(0, found * stride).map((sum, at) => sum / sizes[Math.floor(at / stride)]);
  const nearest = { labels: new Int32Array(rows), own: new Float64Array(rows) };
  plainKernel.nearest(points, 0, rows, means, found, nearest);
  return nearest.labels;
}
