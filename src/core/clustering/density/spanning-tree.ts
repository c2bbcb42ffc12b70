import { squaredDistance } from '../distance';
import type { Points } from '../points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;
const { sqrt } = Math;

/** n − 1 edges that connect n rows. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Mutual reachability distance. */
  readonly length: Float64Array;
  /** Squared Euclidean distance. */
  readonly squared: Float64Array;
}

/**
 * Minimum spanning tree of the mutual reachability graph: an edge between every two rows, as long as the largest of their distance and their two
 * core distances. Many edges have the same length, for a row is often its own core distance away from several others; of those the one with the
 * smaller distance is the shorter. What the tree connects below any length and distance is then a function of the rows, not of their order.
 *
 * @param core Core distance of each row, length n.
 *
 * O(n²d) time, O(nd) memory. Prim, Bell System Technical Journal 36, 1957; Campello, Moulavi and Sander, PAKDD 2013.
 */
export function spanningTree({ rows, stride, values }: Points, core: Float64Array): SpanningTree {
  const edges = Math.max(0, rows - 1);
  const from = new Int32Array(edges);
  const to = new Int32Array(edges);
  const length = new Float64Array(edges);
  const squared = new Float64Array(edges);
  // Rows outside the tree, in no order: the last takes the place of one that leaves, so that they stay next to each other.
  const outside = Int32Array.from({ length: edges }, (_, i) => i + 1);
  const place = values.slice(stride);
  const placeCore = core.slice(1);
  const nearest = new Int32Array(edges);
  const reach = new Float64Array(edges).fill(FAR);
  const nearness = new Float64Array(edges).fill(FAR);
  let row = 0;
  for (let e = 0, left = edges; e < edges; e++) {
    const at = row * stride;
    const own = core[row];
    let least = FAR;
    let leastSquared = FAR;
    let next = rows;
    let nextAt = -1;
    for (let p = 0; p < left; p++) {
      const larger = own > placeCore[p] ? own : placeCore[p];
      if (reach[p] >= larger) {
        const distance = squaredDistance(values, at, place, p * stride, stride);
        if (reach[p] > larger || distance < nearness[p]) {
          const plain = sqrt(distance);
          const mutual = plain > larger ? plain : larger;
          if (mutual < reach[p] || (mutual === reach[p] && distance < nearness[p])) {
            reach[p] = mutual;
            nearness[p] = distance;
            nearest[p] = row;
          }
        }
      }
      if (reach[p] > least) continue;
      if (reach[p] < least || nearness[p] < leastSquared || (nearness[p] === leastSquared && outside[p] < next)) {
        least = reach[p];
        leastSquared = nearness[p];
        next = outside[p];
        nextAt = p;
      }
    }
    from[e] = nearest[nextAt];
    to[e] = next;
    length[e] = least;
    squared[e] = leastSquared;
    row = next;
    left--;
    outside[nextAt] = outside[left];
    placeCore[nextAt] = placeCore[left];
    nearest[nextAt] = nearest[left];
    reach[nextAt] = reach[left];
    nearness[nextAt] = nearness[left];
    place.copyWithin(nextAt * stride, left * stride, (left + 1) * stride);
  }
  return { from, to, length, squared };
}
