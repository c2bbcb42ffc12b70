import type { LloydOutcome, Workspace } from '../../clustering/kernel';
import { moveCentroids } from '../../clustering/kmeans/lloyd';
import { relocateEmpty } from '../../clustering/kmeans/relocate';
import type { Points } from '../../clustering/points';
import type { ClusterSums } from '../../clustering/sums';
import type { KernelInstance } from '../memory';
import type { KMeansExports } from './exports';
import { holdPacked, holdPlain, type PackedRows } from './held-rows';
import { BLOCK, blocksFor, packCentroids, quadsFor } from './packing';

const { abs, floor, max, min } = Math;

/** Multiplications of one call: about 2 ms, so that V8 exchanges the code of its first tier soon. */
const WORK = 2e7;
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
  const rows = { packed: holdPacked(instance, points), plain: holdPlain(instance, points) };
  return instance.frame(() => {
    const comparison = openComparison(instance, points, weights, k, rows);
    const { labels, totals } = comparison;
    const moves = new Float64Array(k);
    comparison.assign(centroids);
    let changed = true;
    let iterations = 0;
    try {
      while (iterations < maxIterations) {
        iterations++;
        if (totals.weights.includes(0)) {
          workspace.labels.set(labels.subarray(0, points.rows));
          if (relocateEmpty(points, weights, centroids, k, workspace, totals)) {
            labels.set(workspace.labels.subarray(0, points.rows));
            comparison.forget();
            changed = true;
          }
        }
        if (!changed) return { iterations, converged: true };
        moveCentroids(centroids, totals, k, points.stride, moves);
        comparison.moved(moves);
        changed = comparison.assign(centroids) > 0;
      }
      return { iterations, converged: false };
    } finally {
      workspace.labels.set(labels.subarray(0, points.rows));
    }
  });
}

/** The state of one run of Lloyd's iteration, in the memory of the instance. */
interface Comparison {
  /** Of each packed row. */
  readonly labels: Int32Array;
  readonly totals: ClusterSums;
  /** Compare every row with every centroid and move those that change; returns how many. */
  assign(centroids: Float64Array): number;
  /** How far centroids went since the last comparison. */
  moved(moves: Float64Array): void;
  /** Labels were changed from outside: no bound holds. */
  forget(): void;
}

/** Inside a frame. */
function openComparison(
  instance: KernelInstance,
  { rows, cols, stride }: Points,
  weights: Float64Array | null,
  k: number,
  { packed, plain }: { readonly packed: PackedRows; readonly plain: number },
): Comparison {
  const { assignBlocks } = instance.exports as unknown as KMeansExports;
  const blocks = blocksFor(rows);
  const quads = quadsFor(k);
  const perCall = blocksPerCall(k, cols);
  const at = {
    plan: instance.allocate(80),
    quads: instance.allocate(quads * cols * 16),
    offsets: instance.allocate(quads * 16),
    centroids: instance.allocate(k * stride * 8),
    weights: weights === null ? 0 : instance.allocate(rows * 8),
    labels: instance.allocate(blocks * BLOCK * 4),
    leads: instance.allocate(blocks * BLOCK * 4),
    stamps: instance.allocate(blocks * 16),
    sums: instance.allocate(k * stride * 8),
    counts: instance.allocate(k * 8),
    told: instance.allocate((TOLD + BLOCK) * 8),
  };
  // The fields of LloydPlan in kernels/kmeans.ts, in their order.
  const fields = [packed.at, rows, cols, quads, at.quads, at.offsets, plain, stride, k, at.centroids, at.weights, at.labels, at.leads, at.stamps, at.sums, at.counts, at.told];
  instance.i32(at.plan, fields.length).set(fields);
  if (weights !== null) instance.f64(at.weights, rows).set(weights.subarray(0, rows));
  const labels = instance.i32(at.labels, blocks * BLOCK).fill(-1);
  const leads = instance.f32(at.leads, blocks * BLOCK).fill(-1);
  instance.f64(at.stamps, blocks * 2).fill(0);
  const totals: ClusterSums = { sums: instance.f64(at.sums, k * stride).fill(0), weights: instance.f64(at.counts, k).fill(0) };
  const exact = instance.f64(at.centroids, k * stride);
  const quadValues = instance.f32(at.quads, quads * cols * 4);
  const offsets = instance.f32(at.offsets, quads * 4);
  const halves = new Float64Array(k);
  const before = new Float64Array(k);
  let reach = 0;
  let lift = 0;
  return {
    labels,
    totals,
    assign(centroids) {
      before.set(halves);
      exact.set(centroids.subarray(0, k * stride));
      const { slope, base } = packCentroids(centroids, k, cols, stride, packed.centring, quadValues, offsets, halves);
      let raised = 0;
      for (let c = 0; c < k; c++) raised = max(raised, abs(halves[c] - before[c]));
      lift += 2 * raised * UP;
      let changed = 0;
      for (let b = 0; b < blocks; b += perCall) changed += assignBlocks(at.plan, b, min(b + perCall, blocks), slope, base, reach, lift);
      return changed;
    },
    moved(moves) {
      let furthest = 0;
      for (let c = 0; c < k; c++) furthest = max(furthest, moves[c]);
      reach += 2 * furthest * packed.centring.scale * UP;
    },
    forget() {
      leads.fill(-1);
    },
  };
}
