import type { Points } from '../points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;

/** Rows of a leaf, at most. */
const LEAF_ROWS = 32;

/** What a search wants of the tree. */
export interface Seeker {
  /** Squared distance beyond which no row matters; `scan` may lower it. */
  reach: number;
  /** Look at the rows at places [from, to) of the tree. */
  scan(from: number, to: number): void;
}

/** Rows in boxes: a balanced binary tree, each node split at the median of its widest column. */
export interface KdTree {
  readonly stride: number;
  /** Row of each place: the places of a node lie next to each other. */
  readonly rows: Int32Array;
  /** Padded values of each place. */
  readonly values: Float64Array;
  /** Show the seeker every leaf whose box is within its reach of the query, the nearer ones first. */
  readonly search: (query: Float64Array, at: number, seeker: Seeker) => void;
}

/**
 * A k-d tree over padded points. What a search finds depends on the rows only, never on the shape of the tree: the distance to a box is added up
 * in the order of `squaredDistance`, so rounding never puts it above the distance to a row in the box.
 *
 * O(d n log n) time, O(dn) memory. Bentley, Communications of the ACM 18(9), 1975.
 */
export function createKdTree(points: Points, chosen?: ArrayLike<number>): KdTree {
  const { stride } = points;
  const count = chosen?.length ?? points.rows;
  const rows = Int32Array.from({ length: count }, (_, i) => (chosen ? chosen[i] : i));
  const values = new Float64Array(count * stride);
  let depth = 0;
  while (Math.ceil(count / 2 ** depth) > LEAF_ROWS) depth++;
  const low = new Float64Array((2 ** (depth + 1) - 1) * stride);
  const high = new Float64Array(low.length);

  const build = (node: number, from: number, to: number): void => {
    const box = node * stride;
    let widest = 0;
    for (let j = 0; j < stride; j++) {
      let least = FAR;
      let most = -FAR;
      for (let p = from; p < to; p++) {
        const value = points.values[rows[p] * stride + j];
        if (value < least) least = value;
        if (value > most) most = value;
      }
      low[box + j] = least;
      high[box + j] = most;
      if (most - least > high[box + widest] - low[box + widest]) widest = j;
    }
    if (to - from <= LEAF_ROWS) return;
    const middle = (from + to) >> 1;
    placeMedian(points, rows, from, to, middle, widest);
    build(2 * node + 1, from, middle);
    build(2 * node + 2, middle, to);
  };
  if (count > 0) build(0, 0, count);
  for (let p = 0; p < count; p++) {
    for (let j = 0; j < stride; j++) values[p * stride + j] = points.values[rows[p] * stride + j];
  }

  const toBox = (query: Float64Array, at: number, node: number): number => {
    let sum = 0;
    for (let j = 0, b = node * stride; j < stride; j += 4, b += 4) {
      const d0 = outside(query[at + j], low[b], high[b]);
      const d1 = outside(query[at + j + 1], low[b + 1], high[b + 1]);
      const d2 = outside(query[at + j + 2], low[b + 2], high[b + 2]);
      const d3 = outside(query[at + j + 3], low[b + 3], high[b + 3]);
      sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
    }
    return sum;
  };
  const descend = (
    query: Float64Array,
    at: number,
    seeker: Seeker,
    node: number,
    from: number,
    to: number,
    distance: number,
  ): void => {
    if (distance > seeker.reach) return;
    if (to - from <= LEAF_ROWS) {
      seeker.scan(from, to);
      return;
    }
    const middle = (from + to) >> 1;
    const left = 2 * node + 1;
    const toLeft = toBox(query, at, left);
    const toRight = toBox(query, at, left + 1);
    if (toLeft <= toRight) {
      descend(query, at, seeker, left, from, middle, toLeft);
      descend(query, at, seeker, left + 1, middle, to, toRight);
    } else {
      descend(query, at, seeker, left + 1, middle, to, toRight);
      descend(query, at, seeker, left, from, middle, toLeft);
    }
  };
  const search = (query: Float64Array, at: number, seeker: Seeker): void => {
    if (count > 0) descend(query, at, seeker, 0, 0, count, toBox(query, at, 0));
  };
  return { stride, rows, values, search };
}

const outside = (value: number, low: number, high: number): number =>
  value < low ? low - value : value > high ? value - high : 0;

/** Reorder rows [from, to) so that none before `middle` has more in the column than one after it. Hoare, CACM 4(7), 1961: expected O(to − from). */
function placeMedian(
  { stride, values }: Points,
  rows: Int32Array,
  from: number,
  to: number,
  middle: number,
  column: number,
): void {
  let first = from;
  let last = to - 1;
  while (first < last) {
    const pivot = values[rows[(first + last) >> 1] * stride + column];
    let i = first;
    let j = last;
    while (i <= j) {
      while (values[rows[i] * stride + column] < pivot) i++;
      while (values[rows[j] * stride + column] > pivot) j--;
      if (i > j) break;
      const swapped = rows[i];
      rows[i++] = rows[j];
      rows[j--] = swapped;
    }
    if (middle <= j) last = j;
    else if (middle >= i) first = i;
    else return;
  }
}
