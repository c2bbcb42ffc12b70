import { packedSize } from '../linalg/cholesky';
import type { Density } from '../clustering/mixture/density';
import { normalise } from '../clustering/mixture/estep';
import type { Expectation, MixtureKernel } from '../clustering/mixture/kernel';
import type { Scatter } from '../clustering/mixture/scatter';
import type { Points } from '../clustering/points';
import type { KernelInstance } from './memory';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { ceil, max, min } = Math;

/** Rows of a group: one column after the other, the values of the group side by side. */
const LANES = 8;
/** Bytes of a double. */
const WORD = 8;
/** Rows that one call goes through: a few milliseconds at most, so that the compiler can put better code in place between two calls. */
const CALL_ROWS = 1024;
/** Rows whose sums are added up by themselves before they join the total: fixed, so that a sum does not depend on who worked out which of them. */
const SHARD_ROWS = 4096;
/**
 * Sums are of distances from where the means were in the E-step. Where the mean has gone so far from there that less than this share of a column's
 * squares is about the mean itself, the rest would cancel: the sums are taken again, about the new means.
 */
const CANCELS = 1 / 64;
/** Rows that wait in a queue, and what stands before them; see kernels/mixture.ts. */
const QUEUE_ROWS = 64;
const QUEUE_HEAD = 16;

/** kernels/mixture.ts: numbers are addresses, rows, padded columns, components and whether the covariances are diagonal. */
interface Exports {
  mixtureJoint(rows: number, from: number, to: number, d: number, k: number, diagonal: boolean, density: number, constants: number, scratch: number, out: number): void;
  mixtureStep(
    rows: number,
    weights: number,
    from: number,
    to: number,
    d: number,
    k: number,
    diagonal: boolean,
    density: number,
    constants: number,
    centres: number,
    queues: number,
    sums: number,
    scratch: number,
  ): number;
  mixtureGiven(
    rows: number,
    weights: number,
    from: number,
    to: number,
    d: number,
    k: number,
    diagonal: boolean,
    given: number,
    centres: number,
    queues: number,
    sums: number,
    scratch: number,
  ): void;
  mixtureFlush(d: number, k: number, queues: number, sums: number, scratch: number): void;
}

const paddedColumns = (cols: number): number => cols + (cols % 2);
/** Numbers of rows in groups: one more than they have, because the kernel reads pairs. */
const groupedSize = (rows: number, d: number): number => ceil(rows / LANES) * LANES * d + 1;
const scratchSize = (d: number, k: number): number => k * LANES + d * LANES + 16 + 2 * QUEUE_ROWS;

/** Rows [from, to) in groups; rows past the end and columns past `cols` are 0. */
function group({ cols, stride, values }: Points, from: number, to: number, d: number, out: Float64Array): void {
  out.fill(0);
  for (let i = from, r = 0; i < to; i++, r++) {
    const row = i * stride;
    for (let j = 0, o = (r - (r % LANES)) * d + (r % LANES); j < cols; j++, o += LANES) out[o] = values[row + j];
  }
}

/** Numbers of a density as the kernel reads it. */
const densitySize = ({ k, diagonal }: Pick<Density, 'k' | 'diagonal'>, d: number): number => k * (d + (diagonal ? d : packedSize(d)));

/** Of each component the means, then the inverse deviations, or the inverse factor two rows at a time, entry beside entry. */
function writeDensity({ k, cols, diagonal, means, factors }: Density, d: number, out: Float64Array): void {
  out.fill(0);
  const width = diagonal ? cols : packedSize(cols);
  for (let c = 0, o = 0; c < k; c++, o += d + (diagonal ? d : packedSize(d))) {
    out.set(means.subarray(c * cols, (c + 1) * cols), o);
    if (diagonal) out.set(factors.subarray(c * cols, (c + 1) * cols), o + d);
    else pairRows(factors.subarray(c * width, (c + 1) * width), cols, out, o + d);
  }
}

function pairRows(factor: Float64Array, cols: number, out: Float64Array, at: number): void {
  for (let i = 0, o = at; i < cols; i += 2) {
    const [first, second] = [packedSize(i), packedSize(i + 1)];
    const paired = i + 1 < cols;
    for (let j = 0; j <= i; j++) {
      out[o++] = factor[first + j];
      out[o++] = paired ? factor[second + j] : 0;
    }
    out[o++] = paired ? factor[second + i + 1] : 0;
  }
}

/** Sums of distances of rows from the centres of their components. */
interface Sums {
  readonly logLikelihood: number;
  /** k x d (unpadded). */
  readonly centres: Float64Array;
  /** Per component: weight; `d` sums; `d` x `d` products, whose lower triangle counts, or `d` squares. */
  readonly values: Float64Array;
}

const sumsSize = (d: number, diagonal: boolean): number => 1 + d + (diagonal ? d : d * d);

/** Sizes, means and scatter about the means from sums about the centres, and whether too much of them cancelled. */
function scatterFrom({ centres, values }: Sums, k: number, cols: number, diagonal: boolean): { readonly scatter: Scatter; readonly cancelled: boolean } {
  const d = paddedColumns(cols);
  const sizes = new Float64Array(k);
  const means = new Float64Array(k * cols);
  const within = new Float64Array(k * cols * (diagonal ? 1 : cols));
  let total = 0;
  let cancelled = false;
  for (let c = 0; c < k; c++) {
    const at = c * sumsSize(d, diagonal);
    const size = values[at];
    sizes[c] = size;
    total += size;
    if (!(size > 0)) continue;
    const first = at + 1;
    const second = first + d;
    for (let j = 0; j < cols; j++) {
      const moved = values[first + j] / size;
      means[c * cols + j] = centres[c * cols + j] + moved;
      const squares = values[second + j * (diagonal ? 1 : d + 1)];
      const own = max(squares - values[first + j] * moved, 0);
      if (own < CANCELS * squares) cancelled = true;
      if (diagonal) {
        within[c * cols + j] = own;
        continue;
      }
      const o = c * cols * cols;
      within[o + j * cols + j] = own;
      for (let l = 0; l < j; l++) {
        const product = values[second + j * d + l] - moved * values[first + l];
        within[o + j * cols + l] = product;
        within[o + l * cols + j] = product;
      }
    }
  }
  return { scatter: { k, cols, sizes, total, means, diagonal, within }, cancelled };
}

/**
 * Mixtures in WebAssembly. Rows are copied into the instance once for all runs on them; an E-step and the sums of the next M-step are one pass, which
 * writes no posteriors. A share of a component below e^-40 of the row's largest counts as 0.
 */
export function simdMixture(instance: KernelInstance): MixtureKernel {
  const kernels = instance.exports as unknown as Exports;

  function hold(points: Points): number {
    const d = paddedColumns(points.cols);
    const size = groupedSize(points.rows, d);
    return instance.hold(points, 'mixture-groups', size * WORD, (at) => group(points, 0, points.rows, d, instance.f64(at, size)));
  }

  /** Memory of one pass over the rows. */
  function prepare(points: Points, weights: Float64Array | null, density: Density | null, k: number, diagonal: boolean) {
    const d = paddedColumns(points.cols);
    const allocate = (length: number): number => instance.allocate(length * WORD);
    const at = {
      weights: weights === null ? 0 : allocate(groupedSize(points.rows, 1)),
      density: density === null ? 0 : allocate(densitySize(density, d)),
      constants: allocate(k),
      centres: allocate(k * d),
      queues: diagonal ? 0 : instance.allocate(k * (QUEUE_HEAD + (1 + d) * QUEUE_ROWS * WORD)),
      sums: allocate(k * sumsSize(d, diagonal)),
      scratch: allocate(scratchSize(d, k)),
      rows: allocate(CALL_ROWS * k),
    };
    if (weights !== null) {
      const copy = instance.f64(at.weights, groupedSize(points.rows, 1));
      copy.fill(0, points.rows);
      copy.set(weights);
    }
    if (density !== null) {
      writeDensity(density, d, instance.f64(at.density, densitySize(density, d)));
      instance.f64(at.constants, k).set(density.constants);
    }
    return { d, at };
  }

  /** One pass: under a density, or where there is none under given responsibilities. */
  function sum(
    points: Points,
    weights: Float64Array | null,
    source: { readonly density: Density } | { readonly given: Float64Array },
    k: number,
    diagonal: boolean,
    centres: Float64Array,
  ): Sums {
    const rows = hold(points);
    return instance.frame(() => {
      const density = 'density' in source ? source.density : null;
      const { d, at } = prepare(points, weights, density, k, diagonal);
      const padded = instance.f64(at.centres, k * d);
      for (let c = 0; c < k; c++) for (let j = 0; j < d; j++) padded[c * d + j] = j < points.cols ? centres[c * points.cols + j] : 0;
      if (!diagonal) instance.u8(at.queues, k * (QUEUE_HEAD + (1 + d) * QUEUE_ROWS * WORD)).fill(0);
      const partial = instance.f64(at.sums, k * sumsSize(d, diagonal));
      const chunk = instance.f64(at.rows, CALL_ROWS * k);
      const values = new Float64Array(partial.length);
      let logLikelihood = 0;
      for (let shard = 0; shard < points.rows; shard += SHARD_ROWS) {
        partial.fill(0);
        const end = min(shard + SHARD_ROWS, points.rows);
        let own = 0;
        for (let from = shard; from < end; from += CALL_ROWS) {
          const to = min(from + CALL_ROWS, end);
          if ('density' in source)
            own += kernels.mixtureStep(rows, at.weights, from, to, d, k, diagonal, at.density, at.constants, at.centres, at.queues, at.sums, at.scratch);
          else {
            chunk.set(source.given.subarray(from * k, to * k));
            kernels.mixtureGiven(rows, at.weights, from, to, d, k, diagonal, at.rows, at.centres, at.queues, at.sums, at.scratch);
          }
        }
        if (!diagonal) kernels.mixtureFlush(d, k, at.queues, at.sums, at.scratch);
        for (let s = 0; s < values.length; s++) values[s] += partial[s];
        logLikelihood += own;
      }
      return { logLikelihood, centres, values };
    });
  }

  function logDensities(density: Density, points: Points, from: number, to: number, out: Float64Array, outAt: number): void {
    const { k, diagonal } = density;
    instance.frame(() => {
      const { d, at } = prepare({ ...points, rows: 0 }, null, density, k, diagonal);
      const rows = instance.allocate(groupedSize(CALL_ROWS, d) * WORD);
      const chunk = instance.f64(at.rows, CALL_ROWS * k);
      for (let start = from; start < to; start += CALL_ROWS) {
        const count = min(CALL_ROWS, to - start);
        group(points, start, start + count, d, instance.f64(rows, groupedSize(count, d)));
        kernels.mixtureJoint(rows, 0, count, d, k, diagonal, at.density, at.constants, at.scratch, at.rows);
        out.set(chunk.subarray(0, count * k), outAt + (start - from) * k);
      }
    });
  }

  return {
    logDensities,
    expectation(points, weights, responsibilities, k, diagonal): Expectation {
      /** Of the last E-step. */
      let last: Density | null = null;
      let sums: Sums | null = null;
      let written = true;
      const source = () => (last === null ? { given: responsibilities } : { density: last });
      return {
        eStep(density) {
          sums = sum(points, weights, { density }, k, diagonal, density.means);
          last = density;
          written = false;
          return sums.logLikelihood;
        },
        scatter() {
          sums ??= sum(points, weights, source(), k, diagonal, new Float64Array(k * points.cols));
          const found = scatterFrom(sums, k, points.cols, diagonal);
          if (!found.cancelled) return found.scatter;
          sums = sum(points, weights, source(), k, diagonal, found.scatter.means);
          return scatterFrom(sums, k, points.cols, diagonal).scatter;
        },
        responsibilities() {
          if (!written && last !== null) {
            logDensities(last, points, 0, points.rows, responsibilities, 0);
            for (let i = 0; i < points.rows; i++) normalise(responsibilities, i * k, k);
          }
          written = true;
          return responsibilities;
        },
      };
    },
  };
}
