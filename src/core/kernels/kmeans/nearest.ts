import { scan, squaredDistance } from '../../clustering/distance';
import type { NearestOut } from '../../clustering/kernel';
import type { Points } from '../../clustering/points';
import type { KernelInstance } from '../memory';
import type { KMeansExports } from './exports';
import { findPacked } from './held-rows';
import { blocksPerCall } from './lloyd';
import { BLOCK, blocksFor, bytesPerBlock, centringBy, packCentroids, packRows, quadsFor } from './packing';

const { min } = Math;

/** Rows that are packed at a time where the instance does not hold them: 100 kB of 12 columns. */
const CHUNK = 2048;

/** Called for each range of rows: labels and, where asked for, runners-up, −1 where f32 cannot tell. */
type Take = (from: number, to: number, labels: Int32Array, seconds: Int32Array) => void;

/** Compare rows [from, to) with all centroids, a chunk at a time: memory does not grow with the rows. */
function inChunks(instance: KernelInstance, points: Points, from: number, to: number, centroids: Float64Array, k: number, seconds: boolean, take: Take): void {
  const { cols, stride } = points;
  const { nearestBlocks } = instance.exports as unknown as KMeansExports;
  const held = from % BLOCK === 0 ? findPacked(instance, points) : null;
  const chunk = held === null ? CHUNK : BLOCK * blocksPerCall(k, cols);
  const centring = held?.centring ?? centringBy(centroids, cols, stride, k);
  const quads = quadsFor(k);
  instance.frame(() => {
    const most = blocksFor(min(chunk, to - from));
    const room = {
      centroids: instance.allocate(quads * cols * 16),
      offsets: instance.allocate(quads * 16),
      labels: instance.allocate(most * BLOCK * 4),
      seconds: instance.allocate(most * BLOCK * 4),
      rows: held === null ? instance.allocate(most * bytesPerBlock(cols)) : 0,
    };
    const packed = instance.f32(room.rows, held === null ? most * BLOCK * (cols + 1) : 0);
    const labels = instance.i32(room.labels, most * BLOCK);
    const runnersUp = instance.i32(room.seconds, most * BLOCK);
    const { slope, base } = packCentroids(
      centroids,
      k,
      cols,
      stride,
      centring,
      instance.f32(room.centroids, quads * cols * 4),
      instance.f32(room.offsets, quads * 4),
      new Float64Array(k),
    );
    for (let first = from; first < to; first += chunk) {
      const end = min(first + chunk, to);
      if (held === null) packRows(points, first, end, centring, packed);
      const x = held === null ? room.rows : held.at + (first / BLOCK) * bytesPerBlock(cols);
      nearestBlocks(x, blocksFor(end - first), cols, quads, room.centroids, room.offsets, slope, base, room.labels, seconds ? room.seconds : 0);
      take(first, end, labels, runnersUp);
    }
  });
}

/** `Kernel.nearest` in WebAssembly: which centroids, found in f32 and decided in f64 where that cannot tell; distances in f64. Equal to the plain code to the last bit. */
export function nearest(instance: KernelInstance, points: Points, from: number, to: number, centroids: Float64Array, k: number, out: NearestOut): void {
  const { stride, values } = points;
  const { labels, own, runnerUp, second } = out;
  const both = k > 1 && (runnerUp !== undefined || second !== undefined);
  const found = new Float64Array(3);
  inChunks(instance, points, from, to, centroids, k, both, (first, end, nearestLabels, seconds) => {
    for (let i = first; i < end; i++) {
      const t = i - from;
      const label = nearestLabels[i - first];
      const next = both ? seconds[i - first] : -1;
      if (label < 0 || (both && next < 0)) {
        labels[t] = scan(values, i * stride, centroids, k, stride, found);
        own[t] = found[0];
        if (second) second[t] = found[1];
        if (runnerUp) runnerUp[t] = found[2];
        continue;
      }
      labels[t] = label;
      own[t] = squaredDistance(values, i * stride, centroids, label * stride, stride);
      if (second) second[t] = both ? squaredDistance(values, i * stride, centroids, next * stride, stride) : Infinity;
      if (runnerUp) runnerUp[t] = next;
    }
  });
}

/** `Kernel.labels` in WebAssembly. */
export function labelRows(instance: KernelInstance, points: Points, from: number, to: number, centroids: Float64Array, k: number, out: Int32Array): void {
  const { stride, values } = points;
  const found = new Float64Array(3);
  inChunks(instance, points, from, to, centroids, k, false, (first, end, labels) => {
    for (let i = first; i < end; i++) out[i - from] = labels[i - first] < 0 ? scan(values, i * stride, centroids, k, stride, found) : labels[i - first];
  });
}
