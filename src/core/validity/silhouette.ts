import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import { pickPoints, type Points } from '../clustering/points';
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

/**
 * Silhouettes of chosen sorted rows against all rows, labelling by labelling: `result[l * at.length + i]` is that of sorted row `at[i]` in
 * labelling l: `(b − a) / max(a, b)`, a the mean distance to the others of the own cluster, b the least mean distance to another cluster, in
 * [−1, 1]; 0 for a cluster of one row.
 *
 * Where a kernel has rounded coordinates, and these roundings are not small beside the mean distances of a row, that row is measured again in
 * double precision.
 *
 * O(m n d) for m chosen rows and all labellings together. Rousseeuw, J. Computational and Applied Mathematics 20, 1987.
 */
export function silhouetteValues(plan: SilhouettePlan, at: Int32Array, kernel: Kernel = plainKernel): Float64Array {
  const values = new Float64Array(plan.labelings.length * at.length);
  const cells = plan.starts.length - 1;
  const sums = new Float64Array(CHUNK_ROWS * cells);
  const errors = new Float64Array(CHUNK_ROWS);
  const byCluster = bufferOf(plan);
  for (let from = 0; from < at.length; from += CHUNK_ROWS) {
    const rows = at.subarray(from, from + CHUNK_ROWS);
    kernel.groupDistanceSums(plan.points, plan.starts, rows, sums, errors);
    for (let i = 0; i < rows.length; i++) {
      const distances = sums.subarray(i * cells, (i + 1) * cells);
      let known = true;
      for (let l = 0; l < plan.labelings.length; l++) {
        const value = silhouetteAt(plan, l, rows[i], distances, errors[i], byCluster);
        values[l * at.length + from + i] = value;
        if (Number.isNaN(value)) known = false;
      }
      if (known) continue;
      plainKernel.groupDistanceSums(plan.points, plan.starts, rows.subarray(i, i + 1), distances, new Float64Array(1));
      for (let l = 0; l < plan.labelings.length; l++)
        values[l * at.length + from + i] = silhouetteAt(plan, l, rows[i], distances, 0, byCluster);
    }
  }
  return values;
}

/** Rows whose distances are asked for at a time: some milliseconds of work. */
const CHUNK_ROWS = 32;
/** Distances may be off by this share of the larger mean distance, which puts a silhouette off by at most twice that. */
const RESOLUTION = 1e-6;

const bufferOf = ({ labelings }: SilhouettePlan): Float64Array =>
  new Float64Array(Math.max(...labelings.map(({ k }) => k)));

/** Silhouette of sorted row i in labelling l, from its distance sums per cell; NaN where distances that may be off by `error` do not tell it. */
function silhouetteAt(
  { cells, labelings }: SilhouettePlan,
  l: number,
  i: number,
  distances: Float64Array,
  error: number,
  byCluster: Float64Array,
): number {
  const { k, sizes, ofCell } = labelings[l];
  byCluster.fill(0, 0, k);
  for (let g = 0; g < ofCell.length; g++) byCluster[ofCell[g]] += distances[g];
  return silhouetteOf(byCluster, sizes, ofCell[cells[i]], k, error);
}

function silhouetteOf(distances: Float64Array, sizes: Int32Array, own: number, k: number, error: number): number {
  if (sizes[own] === 1) return 0;
  const a = distances[own] / (sizes[own] - 1);
  let b = Infinity;
  for (let c = 0; c < k; c++) if (c !== own && sizes[c] > 0) b = Math.min(b, distances[c] / sizes[c]);
  const larger = Math.max(a, b);
  if (error > RESOLUTION * larger) return NaN;
  return larger > 0 ? (b - a) / larger : 0;
}
