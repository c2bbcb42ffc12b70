import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import { pickPoints, type Points } from '../clustering/points';
import { BLOCK_ROWS, blocksOf } from '../linalg/blocks';
import { requireDefined } from './indices';

/**
 * Several labellings of the same rows, made ready so that every distance is computed once for all of them: rows that agree in all labels form a
 * cell and lie next to each other, a distance sum per cell then serves each labelling.
 */
export interface SilhouettePlan {
  /** Rows sorted by cell. */
  readonly points: Points;
  /** Row of each sorted row. */
  readonly order: Int32Array;
  /** Cell g holds the sorted rows `starts[g] .. starts[g + 1] − 1`. */
  readonly starts: Int32Array;
  /** Cell of each sorted row. */
  readonly cells: Int32Array;
  readonly labelings: readonly {
    readonly k: number;
    readonly sizes: Int32Array;
    /** cluster of each cell */ readonly ofCell: Int32Array;
  }[];
}

/** One labelling: cluster of each row, 0..k−1. */
export interface Labeling {
  readonly k: number;
  readonly labels: Int32Array;
}

/** @throws PipelineError `INSUFFICIENT_DATA` unless 2 <= clusters in use < n for each labelling. O(n log n). */
export function planSilhouette(points: Points, labelings: readonly Labeling[], shared = false): SilhouettePlan {
  const compare = (a: number, b: number): number => {
    for (const { labels } of labelings) if (labels[a] !== labels[b]) return labels[a] - labels[b];
    return 0;
  };
  const order = Int32Array.from({ length: points.rows }, (_, i) => i).sort((a, b) => compare(a, b) || a - b);
  const cells = new Int32Array(points.rows);
  const starts: number[] = [];
  order.forEach((row, at) => {
    if (at === 0 || compare(order[at - 1], row) !== 0) starts.push(at);
    cells[at] = starts.length - 1;
  });
  const first = starts.map((at) => order[at]);
  return {
    points: pickPoints(points, order, shared),
    order,
    starts: Int32Array.from([...starts, points.rows]),
    cells,
    labelings: labelings.map(({ k, labels }) => {
      const sizes = new Int32Array(k);
      for (const label of labels) sizes[label]++;
      requireDefined(points.rows, sizes.filter((size) => size > 0).length);
      return { k, sizes, ofCell: Int32Array.from(first, (row) => labels[row]) };
    }),
  };
}

/** Rows whose distance sums are held at a time. */
const STRIP_ROWS = 64;

/**
 * Sum of the silhouettes of sorted rows [from, to), one number per labelling: `(b − a) / max(a, b)`, a the mean distance to the others of the own
 * cluster, b the least mean distance to another cluster; 0 for a cluster of one row. O((to − from) n d) for all labellings together.
 */
export function silhouetteSums(
  plan: SilhouettePlan,
  from: number,
  to: number,
  kernel: Kernel = plainKernel,
): Float64Array {
  const groups = plan.starts.length - 1;
  const sums = new Float64Array(plan.labelings.length);
  const strip = new Float64Array(Math.min(STRIP_ROWS, to - from) * groups);
  const byCluster = bufferOf(plan);
  for (let i0 = from; i0 < to; i0 += STRIP_ROWS) {
    const i1 = Math.min(i0 + STRIP_ROWS, to);
    kernel.groupDistanceSums(plan.points, plan.starts, i0, i1, strip);
    for (let i = i0; i < i1; i++) {
      for (let l = 0; l < sums.length; l++) sums[l] += silhouetteAt(plan, l, i, strip, (i - i0) * groups, byCluster);
    }
  }
  return sums;
}

/**
 * Silhouettes of chosen sorted rows against all rows, labelling by labelling: `result[l * at.length + i]` is that of sorted row `at[i]` in
 * labelling l, in [−1, 1]. O(m n d) for m chosen rows and all labellings together.
 */
export function silhouetteValues(plan: SilhouettePlan, at: Int32Array, kernel: Kernel = plainKernel): Float64Array {
  const count = at.length;
  const values = new Float64Array(plan.labelings.length * count);
  const distances = new Float64Array(plan.starts.length - 1);
  const byCluster = bufferOf(plan);
  for (let i = 0; i < count; i++) {
    kernel.groupDistanceSums(plan.points, plan.starts, at[i], at[i] + 1, distances);
    for (let l = 0; l < plan.labelings.length; l++)
      values[l * count + i] = silhouetteAt(plan, l, at[i], distances, 0, byCluster);
  }
  return values;
}

/** Silhouette of every row in one labelling, in the order of the rows; see `silhouettes`. O(n²d). */
export function rowSilhouettes(points: Points, labeling: Labeling, kernel: Kernel = plainKernel): Float64Array {
  const plan = planSilhouette(points, [labeling]);
  const sorted = silhouetteValues(
    plan,
    plan.order.map((_, at) => at),
    kernel,
  );
  const values = new Float64Array(points.rows);
  plan.order.forEach((row, at) => (values[row] = sorted[at]));
  return values;
}

const bufferOf = ({ labelings }: SilhouettePlan): Float64Array =>
  new Float64Array(Math.max(...labelings.map(({ k }) => k)));

/** Silhouette of sorted row i in labelling l, from its distance sums per cell, which begin at `offset`. */
function silhouetteAt(
  { cells, labelings }: SilhouettePlan,
  l: number,
  i: number,
  distances: Float64Array,
  offset: number,
  byCluster: Float64Array,
): number {
  const { k, sizes, ofCell } = labelings[l];
  byCluster.fill(0, 0, k);
  for (let g = 0; g < ofCell.length; g++) byCluster[ofCell[g]] += distances[offset + g];
  return silhouetteOf(byCluster, sizes, ofCell[cells[i]], k);
}

function silhouetteOf(distances: Float64Array, sizes: Int32Array, own: number, k: number): number {
  if (sizes[own] === 1) return 0;
  const a = distances[own] / (sizes[own] - 1);
  let b = Infinity;
  for (let c = 0; c < k; c++) if (c !== own && sizes[c] > 0) b = Math.min(b, distances[c] / sizes[c]);
  const larger = Math.max(a, b);
  return larger > 0 ? (b - a) / larger : 0;
}

/** The ranges that are summed on their own, by whatever thread, and added in order. */
export const silhouetteBlocks = (rows: number): readonly (readonly [number, number])[] =>
  blocksOf(rows, BLOCK_ROWS / 2);

/** Mean silhouette of each labelling from the sums of all blocks, in order. */
export function meanSilhouettes(rows: number, blocks: readonly ArrayLike<number>[]): number[] {
  const labelings = blocks[0]?.length ?? 0;
  return Array.from({ length: labelings }, (_, l) => blocks.reduce((sum, block) => sum + block[l], 0) / rows);
}

/**
 * Mean silhouette, exact, of several labellings of the same rows; in [−1, 1], higher is better.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` unless 2 <= clusters in use < n for each labelling.
 *
 * O(n²d) whatever the number of labellings. Rousseeuw, J. Computational and Applied Mathematics 20, 1987.
 */
export function silhouettes(points: Points, labelings: readonly Labeling[], kernel: Kernel = plainKernel): number[] {
  const plan = planSilhouette(points, labelings);
  return meanSilhouettes(
    points.rows,
    silhouetteBlocks(points.rows).map(([from, to]) => silhouetteSums(plan, from, to, kernel)),
  );
}
