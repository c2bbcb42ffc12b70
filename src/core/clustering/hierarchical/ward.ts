import type { Points } from '../points';
import type { LiveClusters } from './chain';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;

/**
 * Clusters as their means and weights, with the squared Ward distance `2 a b / (a + b) · |mean − mean'|²`: that of two single rows is their
 * squared distance. A row of weight w is w identical rows that have merged already.
 *
 * @param weights Whole numbers >= 1, or null for 1 each.
 *
 * O(nd) memory, O(nd) per `nearest`. Ward, JASA 58(301), 1963.
 */
export function wardClusters({ rows, stride, values }: Points, weights: Float64Array | null): LiveClusters {
  const means = Float64Array.from(values.subarray(0, rows * stride));
  const sizes = weights === null ? new Float64Array(rows).fill(1) : Float64Array.from(weights);
  // Live clusters lie together at the front, in the order of their slots; a merged one has size 0 until it is squeezed out.
  const slotAt = Int32Array.from({ length: rows }, (_, i) => i);
  const placeOf = Int32Array.from(slotAt);
  let used = rows;
  let live = rows;
  let distance = 0;

  function squeeze(): void {
    let to = 0;
    for (let from = 0; from < used; from++) {
      if (sizes[from] === 0) continue;
      if (from > to) {
        means.copyWithin(to * stride, from * stride, (from + 1) * stride);
        sizes[to] = sizes[from];
        slotAt[to] = slotAt[from];
      }
      placeOf[slotAt[to]] = to;
      to++;
    }
    used = to;
  }

  function nearest(x: number, previous: number): number {
    const own = placeOf[x];
    const size = sizes[own];
    const xAt = own * stride;
    let least = FAR;
    let place = -1;
    if (previous >= 0) {
      place = placeOf[previous];
      const other = sizes[place];
      least = ((2 * size * other) / (size + other)) * squared(means, xAt, place * stride, stride);
    }
    // Not its own neighbour.
    sizes[own] = 0;
    const end = used;
    scan: for (let i = 0, o = 0; i < end; i++, o += stride) {
      const other = sizes[i];
      if (other === 0) continue;
      const factor = (2 * size * other) / (size + other);
      let sum = 0;
      for (let j = 0; j < stride; j += 4) {
        const d0 = means[xAt + j] - means[o + j];
        const d1 = means[xAt + j + 1] - means[o + j + 1];
        const d2 = means[xAt + j + 2] - means[o + j + 2];
        const d3 = means[xAt + j + 3] - means[o + j + 3];
        sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
        if (!(factor * sum < least)) continue scan;
      }
      least = factor * sum;
      place = i;
      if (least === 0) break;
    }
    sizes[own] = size;
    distance = least;
    return place < 0 ? -1 : slotAt[place];
  }

  function merge(x: number, y: number): void {
    const from = placeOf[x];
    const to = placeOf[y];
    const share = sizes[from] / (sizes[from] + sizes[to]);
    // This way round the mean of equal rows is that row, without rounding.
    for (let j = 0, f = from * stride, t = to * stride; j < stride; j++, f++, t++) {
      means[t] += share * (means[f] - means[t]);
    }
    sizes[to] += sizes[from];
    sizes[from] = 0;
    live--;
    if (live < 0.9 * used) squeeze();
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

/** The sum in the order of the scan, so that one pair has one distance. */
function squared(means: Float64Array, a: number, b: number, stride: number): number {
  let sum = 0;
  for (let j = 0; j < stride; j += 4) {
    const d0 = means[a + j] - means[b + j];
    const d1 = means[a + j + 1] - means[b + j + 1];
    const d2 = means[a + j + 2] - means[b + j + 2];
    const d3 = means[a + j + 3] - means[b + j + 3];
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
  }
  return sum;
}
