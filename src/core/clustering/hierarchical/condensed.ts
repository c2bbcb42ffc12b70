import { PipelineError } from '../../../contracts/errors';
import { squaredDistance } from '../distance';
import type { Points } from '../points';
import type { LiveClusters } from './chain';
import type { Linkage } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { sqrt } = Math;
const FAR = Infinity;

/** Rows whose distances are held at once, at most: n (n − 1) / 2 numbers, 400 MB. */
export const MAX_CONDENSED_ROWS = 10_000;

/** Where the distances of slot i to the slots below it begin: those to 0..i−1 lie next to each other. */
const startOf = (i: number): number => (i * (i - 1)) / 2;

/**
 * Distance of every pair of rows, d(i, j) with j < i at `i (i − 1) / 2 + j`.
 *
 * @returns n (n − 1) / 2 Euclidean distances.
 * @throws PipelineError `CONFIG_INVALID` beyond 10,000 rows.
 *
 * O(n²d).
 */
function distancesOf({ rows, stride, values }: Points): Float64Array {
  if (rows > MAX_CONDENSED_ROWS)
    throw new PipelineError(
      'CONFIG_INVALID',
      `average and complete linkage hold every distance: up to ${MAX_CONDENSED_ROWS} rows, not ${rows}; link micro-clusters of them, or use ward`,
      { rows, limit: MAX_CONDENSED_ROWS },
    );
  const distances = new Float64Array(startOf(rows));
  for (let i = 1, at = 0; i < rows; i++) {
    for (let j = 0; j < i; j++, at++)
      distances[at] = sqrt(squaredDistance(values, i * stride, values, j * stride, stride));
  }
  return distances;
}

/**
 * Distance from a cluster to two others once these are merged.
 *
 * @param fromA Distance to the one of the two, of weight a; `fromB` to the other, of weight b.
 * @param apart Distance of the two.
 * @param size Weight of the cluster itself.
 */
type Update = (fromA: number, fromB: number, apart: number, a: number, b: number, size: number) => number;

const UPDATES: Readonly<Record<Linkage, Update>> = {
  // The order of the operations is scipy's: where distances tie, rounding decides, and here as there.
  ward: (fromA, fromB, apart, a, b, size) => {
    const share = 1 / (a + b + size);
    return sqrt((size + a) * share * fromA * fromA + (size + b) * share * fromB * fromB - size * share * apart * apart);
  },
  average: (fromA, fromB, _apart, a, b) => (a * fromA + b * fromB) / (a + b),
  complete: (fromA, fromB) => (fromA > fromB ? fromA : fromB),
};

/** Ward distances of weighted rows from their Euclidean ones: those of means of that weight. */
function weighWard(distances: Float64Array, weights: Float64Array): void {
  for (let i = 1, at = 0; i < weights.length; i++) {
    const a = weights[i];
    for (let j = 0; j < i; j++, at++) distances[at] *= sqrt((2 * a * weights[j]) / (a + weights[j]));
  }
}

/**
 * Clusters as their distances, brought up to date by the formula of Lance and Williams at each merge.
 *
 * @param weights Whole numbers >= 1, or null for 1 each.
 * @throws PipelineError `CONFIG_INVALID` beyond 10,000 rows.
 *
 * O(n²) memory, O(n) per `nearest` and `merge`. Lance and Williams, The Computer Journal 9(4), 1967.
 */
export function condensedClusters(points: Points, weights: Float64Array | null, method: Linkage): LiveClusters {
  const { rows } = points;
  const update = UPDATES[method];
  const distances = distancesOf(points);
  if (method === 'ward' && weights !== null) weighWard(distances, weights);
  const sizes = weights === null ? new Float64Array(rows).fill(1) : Float64Array.from(weights);
  // As in ward.ts: the live clusters in the order of their slots, a merged one with size 0 until it is squeezed out.
  const slotAt = Int32Array.from({ length: rows }, (_, i) => i);
  const placeOf = Int32Array.from(slotAt);
  let used = rows;
  let live = rows;
  let distance = 0;

  function squeeze(): void {
    // Distances first, in place: what is written never overtakes what is read.
    let write = 0;
    for (let i = 0; i < used; i++) {
      if (sizes[i] === 0) continue;
      for (let j = 0, read = startOf(i); j < i; j++, read++) if (sizes[j] !== 0) distances[write++] = distances[read];
    }
    let to = 0;
    for (let from = 0; from < used; from++) {
      if (sizes[from] === 0) continue;
      slotAt[to] = slotAt[from];
      placeOf[slotAt[to]] = to;
      sizes[to] = sizes[from];
      to++;
    }
    used = to;
  }

  function nearest(x: number, previous: number): number {
    const own = placeOf[x];
    let least = FAR;
    let place = -1;
    if (previous >= 0) {
      place = placeOf[previous];
      least = distances[place < own ? startOf(own) + place : startOf(place) + own];
    }
    for (let i = 0, at = startOf(own); i < own; i++, at++) {
      if (distances[at] < least && sizes[i] !== 0) {
        least = distances[at];
        place = i;
      }
    }
    for (let i = own + 1, at = startOf(own + 1) + own; i < used; at += i, i++) {
      if (distances[at] < least && sizes[i] !== 0) {
        least = distances[at];
        place = i;
      }
    }
    distance = least;
    return place < 0 ? -1 : slotAt[place];
  }

  function merge(x: number, y: number): void {
    const from = placeOf[x];
    const to = placeOf[y];
    const a = sizes[from];
    const b = sizes[to];
    // x < y, and places are in the order of slots.
    const apart = distances[startOf(to) + from];
    for (let i = 0; i < used; i++) {
      if (i === from || i === to || sizes[i] === 0) continue;
      const fromA = distances[i < from ? startOf(from) + i : startOf(i) + from];
      const at = i < to ? startOf(to) + i : startOf(i) + to;
      distances[at] = update(fromA, distances[at], apart, a, b, sizes[i]);
    }
    sizes[to] = a + b;
    sizes[from] = 0;
    live--;
    if (live < 0.7 * used) squeeze();
  }

  return {
    slots: rows,
    get distance() {
      return distance;
    },
    nearest,
    merge,
  };
}
