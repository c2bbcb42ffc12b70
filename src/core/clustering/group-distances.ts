import type { Points } from './points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { sqrt } = Math;

/** Sums of Euclidean distances from some rows to the members of contiguous groups; see `Kernel.groupDistanceSums`. O(m n d). */
export function groupDistanceSums(
  points: Points,
  starts: Int32Array,
  rows: Int32Array,
  out: Float64Array,
  errors: Float64Array,
): void {
  const { stride, values } = points;
  const groups = starts.length - 1;
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * stride;
    for (let g = 0; g < groups; g++)
      out[i * groups + g] = sumOfDistances(values, at, starts[g], starts[g + 1], stride);
    errors[i] = 0;
  }
}

function sumOfDistances(values: Float64Array, at: number, first: number, last: number, stride: number): number {
  if (stride === 8) return sumOfDistances8(values, at, first, last);
  let sum = 0;
  for (let m = first; m < last; m++) {
    const o = m * stride;
    let squared = 0;
    for (let j = 0; j < stride; j += 4) {
      const d0 = values[at + j] - values[o + j];
      const d1 = values[at + j + 1] - values[o + j + 1];
      const d2 = values[at + j + 2] - values[o + j + 2];
      const d3 = values[at + j + 3] - values[o + j + 3];
      squared += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
    }
    sum += sqrt(squared);
  }
  return sum;
}

/** The same for five to eight columns: the row stays in registers. */
function sumOfDistances8(values: Float64Array, at: number, first: number, last: number): number {
  const x0 = values[at];
  const x1 = values[at + 1];
  const x2 = values[at + 2];
  const x3 = values[at + 3];
  const x4 = values[at + 4];
  const x5 = values[at + 5];
  const x6 = values[at + 6];
  const x7 = values[at + 7];
  let sum = 0;
  for (let m = first, o = first * 8; m < last; m++, o += 8) {
    const d0 = x0 - values[o];
    const d1 = x1 - values[o + 1];
    const d2 = x2 - values[o + 2];
    const d3 = x3 - values[o + 3];
    const d4 = x4 - values[o + 4];
    const d5 = x5 - values[o + 5];
    const d6 = x6 - values[o + 6];
    const d7 = x7 - values[o + 7];
    sum += sqrt(d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3) + (d4 * d4 + d5 * d5 + (d6 * d6 + d7 * d7)));
  }
  return sum;
}
