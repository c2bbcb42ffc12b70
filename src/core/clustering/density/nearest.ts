import { squaredDistance } from '../distance';
import type { Points } from '../points';
import { createKdTree, type Seeker } from './kd-tree';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;
const { sqrt } = Math;

/** A little more than 1: no distance whose square is beyond `x * x * ABOVE` is rounded to x. */
const ABOVE = 1 + 2 ** -48;

/** The nearest row of a group. */
export interface Nearest {
  /** −1: none within the limit. */
  row: number;
  /** Mutual reachability distance, or the limit. */
  mutual: number;
  /** Squared Euclidean distance; infinite where there is no row. */
  squared: number;
}

/** Finds the nearest row for a point with its own core distance, no further than the limit; writes it to `found`. */
export type FindNearest = (query: Float64Array, at: number, own: number, limit: number, found: Nearest) => void;

/**
 * Nearest of some rows by mutual reachability distance; of equals the one with the smaller distance, then the smaller row.
 *
 * @param core Core distances of all rows; null where every row counts with its distance alone.
 */
export function createNearest(points: Points, chosen: ArrayLike<number>, core: ArrayLike<number> | null): FindNearest {
  const { rows, stride, values, search } = createKdTree(points, chosen);
  const cores = Float64Array.from(rows, (row) => (core === null ? 0 : core[row]));
  let best: Nearest = { row: -1, mutual: FAR, squared: FAR };
  let from = values;
  let at = 0;
  let least = 0;
  const seeker: Seeker = {
    reach: FAR,
    scan(first, last) {
      for (let p = first; p < last; p++) {
        const squared = squaredDistance(from, at, values, p * stride, stride);
        if (squared > seeker.reach) continue;
        const larger = least > cores[p] ? least : cores[p];
        const distance = sqrt(squared);
        const mutual = distance > larger ? distance : larger;
        if (mutual > best.mutual) continue;
        if (mutual < best.mutual || squared < best.squared || (squared === best.squared && rows[p] < best.row)) {
          best.row = rows[p];
          best.mutual = mutual;
          best.squared = squared;
          // None can be nearer than the own core distance: then only the distance is left to improve on.
          seeker.reach = mutual === least ? squared : mutual * mutual * ABOVE;
        }
      }
    },
  };
  return (query, queryAt, own, limit, found) => {
    found.row = -1;
    found.mutual = limit;
    found.squared = FAR;
    best = found;
    from = query;
    at = queryAt;
    least = own;
    seeker.reach = limit * limit * ABOVE;
    search(query, queryAt, seeker);
  };
}
