import { squaredDistance } from '../../clustering/distance';
import type { LloydOutcome, LloydShard, Workspace } from '../../clustering/kernel';
import { moveCentroids } from '../../clustering/kmeans/lloyd';
import { relocateEmpty } from '../../clustering/kmeans/relocate';
import type { Points } from '../../clustering/points';
import type { ClusterSums } from '../../clustering/sums';
import { aligned, type KernelInstance } from '../memory';
import type { KMeansExports } from './exports';
import { holdPacked, holdPlain, type PackedRows } from './held-rows';
import { BLOCK, blocksFor, packCentroids, quadsFor } from './packing';

const { abs, floor, max, min, sqrt } = Math;

/** Multiplications of one call: about 2 ms, so that V8 exchanges the code of its first tier soon. */
const WORK = 2e7;
/** While more than this share of the rows changes, so few blocks can be left out that asking costs more than it saves: rows in order come ahead of time from memory, others do not. */
const FEW = 1 / 512;
/** As in kernels/kmeans.ts. */
const TOLD = 512;
/** Keeps a bound a bound after it was rounded. */
const UP = 1 + 1e-5;

/** Blocks of one call of a kernel that compares rows with k centroids. */
export const blocksPerCall = (k: number, cols: number): number => max(16, floor(WORK / (BLOCK * quadsFor(k) * 4 * (cols + 4))));

/**
 * `Kernel.lloyd` in WebAssembly. Rows are compared with centroids in f32, and in f64 where that cannot tell; sums are in f64, in the order of the plain code. So labels, centroids and iterations are
 * the plain ones to the last bit, but for exact ties.
 *
 * O(nkd) for the first iteration; later ones leave out blocks of eight rows whose labels cannot have changed. Memory: 12 bytes per cell, 14 per row.
 */
export function lloyd(
  instance: KernelInstance,
  points: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  k: number,
  maxIterations: number,
  workspace: Workspace,
): LloydOutcome {
  const at = { packed: holdPacked(instance, points), plain: holdPlain(instance, points) };
  return instance.frame(() => {
    const allocate = (bytes: number): number => instance.allocate(bytes);
    const comparison = openComparison(instance, points.rows, points, weights, k, at, allocate);
    const { labels, totals } = comparison;
    const moves = new Float64Array(k);
    comparison.assign(centroids);
    let changed = true;
    let iterations = 0;
    try {
      while (iterations < maxIterations) {
        iterations++;
        if (totals.weights.includes(0)) {
          workspace.labels.set(labels);
          if (relocateEmpty(points, weights, centroids, k, workspace, totals)) {
            comparison.adopt(workspace.labels.subarray(0, points.rows), totals);
            changed = true;
          }
        }
        if (!changed) return { iterations, converged: true };
        moveCentroids(centroids, totals, k, points.stride, moves);
        changed = comparison.assign(centroids) > 0;
      }
      return { iterations, converged: false };
    } finally {
      workspace.labels.set(labels);
    }
  });
}

/** `Kernel.openShard` in WebAssembly: rows and state stay in the instance until it is given other points. */
export function openShard(instance: KernelInstance, points: Points, from: number, to: number, k: number): LloydShard {
  const { stride, values } = points;
  const rows = to - from;
  // Of its own rows, but under the key of all points: several shards lie side by side.
  const own: Points = { ...points, rows, values: values.subarray(from * stride, to * stride) };
  const name = `rows ${from} to ${to}`;
  const at = { packed: holdPacked(instance, own, values, name), plain: holdPlain(instance, own, values, name) };
  let top = 0;
  const measure = (bytes: number): number => (top += aligned(bytes));
  layOut(measure, rows, points, false, k);
  let next = instance.hold(values, `lloyd of ${name} with ${k}`, top, () => undefined);
  return openComparison(instance, rows, points, null, k, at, (bytes) => {
    const address = next;
    next += aligned(bytes);
    return address;
  });
}

/** Room for the state of one run; addresses as `allocate` gives them. */
function layOut(allocate: (bytes: number) => number, rows: number, { cols, stride }: Points, weighted: boolean, k: number) {
  const blocks = blocksFor(rows);
  const quads = quadsFor(k);
  return {
    plan: allocate(80),
    quads: allocate(quads * cols * 16),
    offsets: allocate(quads * 16),
    centroids: allocate(k * stride * 8),
    weights: weighted ? allocate(rows * 8) : 0,
    labels: allocate(blocks * BLOCK * 4),
    leads: allocate(blocks * BLOCK * 4),
    stamps: allocate(blocks * 16),
    sums: allocate(k * stride * 8),
    counts: allocate(k * 8),
    told: allocate((TOLD + BLOCK) * 8),
  };
}

/** The state of one run of Lloyd's iteration in the memory of the instance. */
function openComparison(
  instance: KernelInstance,
  rows: number,
  points: Points,
  weights: Float64Array | null,
  k: number,
  { packed, plain }: { readonly packed: PackedRows; readonly plain: number },
  allocate: (bytes: number) => number,
): LloydShard {
  const { cols, stride } = points;
  const { assignBlocks } = instance.exports as unknown as KMeansExports;
  const blocks = blocksFor(rows);
  const quads = quadsFor(k);
  const perCall = blocksPerCall(k, cols);
  const at = layOut(allocate, rows, points, weights !== null, k);
  // The fields of LloydPlan in kernels/kmeans.ts, in their order.
  const fields = [packed.at, rows, cols, quads, at.quads, at.offsets, plain, stride, k, at.centroids, at.weights, at.labels, at.leads, at.stamps, at.sums, at.counts, at.told];
  instance.i32(at.plan, fields.length).set(fields);
  if (weights !== null) instance.f64(at.weights, rows).set(weights.subarray(0, rows));
  instance.i32(at.labels, blocks * BLOCK).fill(-1);
  instance.f64(at.stamps, blocks * 2).fill(0);
  // Views are taken anew: the memory may have grown.
  const leads = (): Float32Array => instance.f32(at.leads, blocks * BLOCK);
  const totals = (): ClusterSums => ({ sums: instance.f64(at.sums, k * stride), weights: instance.f64(at.counts, k) });
  leads().fill(-1);
  totals().sums.fill(0);
  totals().weights.fill(0);
  instance.f64(at.centroids, k * stride).fill(0);
  const halves = new Float64Array(k);
  const before = new Float64Array(k);
  /** Rows that changed in the step before. */
  let last = rows;
  let reach = 0;
  let lift = 0;
  return {
    get labels() {
      return instance.i32(at.labels, rows);
    },
    get totals() {
      return totals();
    },
    assign(centroids) {
      const exact = instance.f64(at.centroids, k * stride);
      let furthest = 0;
      for (let c = 0; c < k; c++) furthest = max(furthest, squaredDistance(exact, c * stride, centroids, c * stride, stride));
      reach += 2 * sqrt(furthest) * packed.centring.scale * UP;
      exact.set(centroids.subarray(0, k * stride));
      before.set(halves);
      const { slope, base } = packCentroids(
        centroids,
        k,
        cols,
        stride,
        packed.centring,
        instance.f32(at.quads, quads * cols * 4),
        instance.f32(at.offsets, quads * 4),
        halves,
      );
      let raised = 0;
      for (let c = 0; c < k; c++) raised = max(raised, abs(halves[c] - before[c]));
      lift += 2 * raised * UP;
      const all = last > rows * FEW;
      let changed = 0;
      for (let b = 0; b < blocks; b += perCall) changed += assignBlocks(at.plan, b, min(b + perCall, blocks), slope, base, reach, lift, all);
      last = changed;
      return changed;
    },
    adopt(labels, { sums, weights: counts }) {
      instance.i32(at.labels, rows).set(labels);
      totals().sums.set(sums);
      totals().weights.set(counts);
      // No bound holds for labels from elsewhere.
      leads().fill(-1);
      last = rows;
    },
  };
}
