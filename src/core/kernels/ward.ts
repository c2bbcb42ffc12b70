import { chainMerges, type LiveClusters, type Merges } from '../clustering/hierarchical/chain';
import type { Points } from '../clustering/points';
import type { KernelInstance } from './memory';
import { unitBoxOf } from './unit-box';

interface Exports {
  wardStart(record: number): void;
  wardNearest(record: number, slot: number, previous: number): number;
  wardMerge(record: number, x: number, y: number): void;
}

/** Places of a pack, as in kernels/ward.ts. */
const PACK = 16;
/** Bytes of the record `Clusters` of kernels/ward.ts, and where in it `scale` and `distance` are. */
const RECORD_BYTES = 64;
const SCALE_AT = 48;
const DISTANCE_AT = 56;

/**
 * Ward's merges by the nearest-neighbour chain, the search for the nearest cluster in single precision with double precision for the few that it
 * cannot tell apart: merges and distances are those of the plain code, bit by bit.
 *
 * O(n²d) time, O(nd) memory.
 */
export const simdWardMerges =
  (instance: KernelInstance) =>
  (points: Points, weights: Float64Array | null): Merges =>
    instance.frame(() => chainMerges(clustersIn(instance, points, weights)));

/** The clusters in the memory of the instance, within a frame. */
function clustersIn(instance: KernelInstance, points: Points, weights: Float64Array | null): LiveClusters {
  const { wardStart, wardNearest, wardMerge } = instance.exports as unknown as Exports;
  const { rows, cols, stride, values } = points;
  const { centres, scale } = unitBoxOf(points);
  const places = Math.ceil(rows / PACK) * PACK;
  const record = instance.allocate(RECORD_BYTES);
  const meansAt = instance.allocate(rows * stride * 8);
  const weightsAt = instance.allocate(rows * 8);
  const weights32At = instance.allocate(places * 4);
  const mirrorAt = instance.allocate(places * cols * 4);
  const centresAt = instance.allocate(cols * 8);
  const slotAt = instance.allocate(rows * 4);
  const placeOf = instance.allocate(rows * 4);

  instance.f64(meansAt, rows * stride).set(values.subarray(0, rows * stride));
  const sizes = instance.f64(weightsAt, rows);
  if (weights === null) sizes.fill(1);
  else sizes.set(weights);
  instance.f64(centresAt, cols).set(centres);
  instance
    .i32(record, 12)
    .set([meansAt, stride, weightsAt, weights32At, mirrorAt, cols, centresAt, slotAt, placeOf, rows, rows, 0]);
  instance.f64(record + SCALE_AT, 1)[0] = scale;
  wardStart(record);
  const distance = instance.f64(record + DISTANCE_AT, 1);
  return {
    slots: rows,
    get distance() {
      return distance[0];
    },
    nearest: (x, previous) => wardNearest(record, x, previous),
    merge: (x, y) => wardMerge(record, x, y),
  };
}
