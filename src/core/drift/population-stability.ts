/** A reference of at most so many distinct values is compared value by value. */
const FEW_VALUES = 20;
/** What an empty cell counts as: this share, or a millionth of the smallest share where that is no larger. */
const EMPTY = 1e-4;

/**
 * Population stability index of a column against its reference: Σ (p − q) ln(p / q) over cells, with p and q the shares of the reference and
 * of the current values. 0 for equal shares, unbounded above; from 0.25 on a change is usually called large.
 *
 * Cells and the filling of empty ones are Evidently's (0.7.23, `stattests/utils.py`, `get_binned_data`), so that the value equals its `psi`: a
 * reference of more than 20 distinct values is cut into equally wide bins over the range of both samples, as many as Sturges' rule gives
 * for both together, ⌈log2(n + m) + 1⌉ (the argument of `psi` that names 30 bins is not used there); any other by value. A cell that is
 * empty on one side counts 0.0001 there, or a millionth of that side's smallest share where that is 0.0001 or less.
 *
 * @param reference Ascending, finite, at least one value.
 * @param current Ascending, finite, at least one value.
 *
 * O(n + m). Siddiqi, "Credit risk scorecards", Wiley, 2006; Sturges, JASA 21, 1926.
 */
export function populationStability(reference: Float64Array, current: Float64Array): number {
  const [p, q] = distinctUpTo(reference, FEW_VALUES) > FEW_VALUES ? binned(reference, current) : byValue(reference, current);
  fillEmpty(p);
  fillEmpty(q);
  let index = 0;
  for (let i = 0; i < p.length; i++) index += (p[i] - q[i]) * Math.log(p[i] / q[i]);
  return index;
}

/** Distinct values of an ascending sample; counts no further than one above the limit. */
function distinctUpTo(sorted: Float64Array, limit: number): number {
  let distinct = 1;
  for (let i = 1; i < sorted.length && distinct <= limit; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}

type Shares = readonly [number[], number[]];

/** Shares by bin: each holds its lower edge, the last one also its upper. The arithmetic of the edges is NumPy's `linspace`. */
function binned(reference: Float64Array, current: Float64Array): Shares {
  const first = Math.min(reference[0], current[0]);
  const last = Math.max(reference[reference.length - 1], current[current.length - 1]);
  const width = (last - first) / (Math.log2(reference.length + current.length) + 1);
  const bins = Math.ceil((last - first) / width);
  const step = (last - first) / bins;
  const edges = Array.from({ length: bins }, (_, i) => i * step + first);
  const shares = (sorted: Float64Array): number[] => {
    const starts = edges.map((edge) => firstAtLeast(sorted, edge));
    return starts.map((start, i) => ((starts[i + 1] ?? sorted.length) - start) / sorted.length);
  };
  return [shares(reference), shares(current)];
}

/** Place of the first value that is not below the bound. */
function firstAtLeast(sorted: Float64Array, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shares by value, of all values that either sample has. */
function byValue(reference: Float64Array, current: Float64Array): Shares {
  const p: number[] = [];
  const q: number[] = [];
  for (let i = 0, j = 0; i < reference.length || j < current.length; ) {
    const value = Math.min(i < reference.length ? reference[i] : Infinity, j < current.length ? current[j] : Infinity);
    const [from, start] = [i, j];
    while (i < reference.length && reference[i] === value) i++;
    while (j < current.length && current[j] === value) j++;
    p.push((i - from) / reference.length);
    q.push((j - start) / current.length);
  }
  return [p, q];
}

function fillEmpty(shares: number[]): void {
  let smallest = Infinity;
  for (const share of shares) if (share > 0 && share < smallest) smallest = share;
  const filling = smallest <= EMPTY ? smallest / 1e6 : EMPTY;
  for (let i = 0; i < shares.length; i++) if (shares[i] === 0) shares[i] = filling;
}
