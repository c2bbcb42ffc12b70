import { PipelineError } from '../../../contracts/errors';
import { squaredDistance } from '../distance';
import type { Points } from '../points';
import { createKdTree, type KdTree, type Seeker } from './kd-tree';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;
const { sqrt } = Math;

/**
 * Distance from any point to the `count`-th nearest row of a tree; a row that lies where the point lies counts as the first.
 *
 * @param count 1 to the rows of the tree.
 * @throws PipelineError `INSUFFICIENT_DATA` for any other count.
 */
export function createNeighbourDistance(
  { rows, stride, values, search }: KdTree,
  count: number,
): (query: Float64Array, at: number) => number {
  if (!(count >= 1 && count <= rows.length))
    throw new PipelineError('INSUFFICIENT_DATA', `${rows.length} rows have no neighbour number ${count}`, { count });
  // The smallest squared distances so far as a heap, the largest of them on top.
  const heap = new Float64Array(count);
  let from: Float64Array = heap;
  let at = 0;
  const seeker: Seeker = {
    reach: FAR,
    scan(first, last) {
      for (let p = first; p < last; p++) {
        const distance = squaredDistance(from, at, values, p * stride, stride);
        if (distance < heap[0]) replaceTop(heap, distance);
      }
      seeker.reach = heap[0];
    },
  };
  return (query, queryAt) => {
    heap.fill(FAR);
    seeker.reach = FAR;
    from = query;
    at = queryAt;
    search(query, queryAt, seeker);
    return sqrt(heap[0]);
  };
}

/** Put a smaller value for the top of a heap and sink it. */
function replaceTop(heap: Float64Array, value: number): void {
  const size = heap.length;
  let hole = 0;
  for (let child = 1; child < size; child = 2 * hole + 1) {
    if (child + 1 < size && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= value) break;
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = value;
}

/**
 * Core distance of every row: Euclidean distance to its `minSamples`-th neighbour, the row itself counted as the first, as scikit-learn's HDBSCAN
 * does (the hdbscan package does not count it). Small where rows lie densely; 0 with `minSamples` identical rows.
 *
 * @param minSamples 1 to n.
 * @returns Length n, >= 0.
 * @throws PipelineError `INSUFFICIENT_DATA` unless 1 <= minSamples <= n.
 *
 * O(n log n) for few columns, O(n²) at worst. Campello, Moulavi and Sander, PAKDD 2013, definition 1.
 */
export function coreDistances(points: Points, minSamples: number): Float64Array {
  const distanceOf = createNeighbourDistance(createKdTree(points), minSamples);
  const distances = new Float64Array(points.rows);
  for (let i = 0; i < points.rows; i++) distances[i] = distanceOf(points.values, i * points.stride);
  return distances;
}
