import { PipelineError } from '../../contracts/errors';
import { strideOf, type Points } from '../clustering/points';
import { reduceBlocks } from '../linalg/blocks';
import { requireFinite } from '../linalg/checks';
import type { Matrix } from '../linalg/matrix';
import { principalComponents } from '../linalg/pca';
import { RandomStream } from '../linalg/random-stream';

/** Which box the reference is uniform in: along the principal axes (the paper's variant b), or along the columns (variant a). */
export type ReferenceKind = 'pca' | 'box';

/** A box around all rows, in the unit of the columns. */
export interface ReferenceBox {
  readonly rows: number;
  readonly cols: number;
  readonly centre: Float64Array;
  /** cols x cols: each row is the direction of one side, unit length. */
  readonly axes: Float64Array;
  /** Ends of each side, from the centre. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The smallest box that holds all rows, with sides along the principal axes or along the columns. It serves every draw.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` below two rows; `NOT_FINITE`.
 *
 * O(nd² + d³), or O(nd) along the columns. Tibshirani, Walther and Hastie, J. Royal Statistical Society B 63(2), 2001, section 4.
 */
export function referenceBox(points: Points, kind: ReferenceKind = 'pca'): ReferenceBox {
  const { rows, cols } = points;
  if (rows < 2)
    throw new PipelineError('INSUFFICIENT_DATA', `a reference for the gap needs at least 2 rows, got ${rows}`, {
      rows,
    });
  const x = asMatrix(points);
  requireFinite(x);
  const { centre, axes } = kind === 'pca' ? principalAxes(x) : columnAxes(cols);
  const low = new Float64Array(cols).fill(Infinity);
  const high = new Float64Array(cols).fill(-Infinity);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < cols; c++) {
      let score = 0;
      for (let j = 0; j < cols; j++) score += (x.values[i * cols + j] - centre[j]) * axes[c * cols + j];
      if (score < low[c]) low[c] = score;
      if (score > high[c]) high[c] = score;
    }
  }
  if (low.some((end, c) => !Number.isFinite(high[c] - end)))
    throw new PipelineError('NOT_FINITE', 'the values are too large for a box around them', { rows });
  return { rows, cols, centre, axes, low, high };
}

/**
 * One reference data set: as many rows as the data, uniform in the box. The same draw serves every k, so that differences between k are not
 * those of the draw.
 *
 * @param draw 0, 1, 2, …
 *
 * O(nd²).
 */
export function gapReference(
  { rows, cols, centre, axes, low, high }: ReferenceBox,
  draw: number,
  seed: number,
): Points {
  const random = new RandomStream({
    seed,
    stage: 'selection',
    use: 'gap reference',
    candidate: 0,
    restart: draw,
    block: 0,
  });
  const stride = strideOf(cols);
  const values = new Float64Array(rows * stride);
  const score = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < cols; c++) score[c] = low[c] + (high[c] - low[c]) * random.uniform();
    for (let j = 0; j < cols; j++) {
      let value = centre[j];
      for (let c = 0; c < cols; c++) value += score[c] * axes[c * cols + j];
      values[i * stride + j] = value;
    }
  }
  return { rows, cols, stride, values };
}

/** Distances below 1e-12 of the rows' own length are rounding: nothing may be read off their logarithm. */
const ROUNDING = 1e-24;

/**
 * Logarithm of the pooled within-cluster sum of squares (the inertia of a fit to these points), as the gap statistic reads it; null where every
 * row lies on its centre, but for rounding. O(nd).
 */
export function logWithin(within: number, { rows, stride, values }: Points): number | null {
  const length = reduceBlocks(rows, 1, (from, to, partial) => {
    for (let at = from * stride; at < to * stride; at++) partial[0] += values[at] * values[at];
  })[0];
  return within > ROUNDING * length ? Math.log(within) : null;
}

/** By k, in the order given. */
export interface Gap {
  /** Mean log W of the references minus log W of the data; null where either has no logarithm. */
  readonly gap: readonly (number | null)[];
  /** s(k) = sd·sqrt(1 + 1/B), sd with denominator B. */
  readonly se: readonly (number | null)[];
  /** Smallest k with gap(k) >= gap(k + 1) − s(k + 1); null where no k of the range has it. */
  readonly k: number | null;
}

/**
 * Gap statistic: how far the scatter within k clusters falls below that of data without clusters. Unitless: it changes neither with the unit of
 * the columns nor with their origin. Start at k = 1: that there are no clusters is one of the answers.
 *
 * @param ks Consecutive, ascending.
 * @param logW Of the data, by k; see `logWithin`.
 * @param referenceLogW Of the references: B draws, each by k.
 * @throws PipelineError `INSUFFICIENT_DATA` without a draw, or where the lengths differ; `CONFIG_INVALID` unless the ks are consecutive.
 *
 * O(B·k). Tibshirani, Walther and Hastie, J. Royal Statistical Society B 63(2), 2001.
 */
export function gapStatistic(
  ks: readonly number[],
  logW: readonly (number | null)[],
  referenceLogW: readonly (readonly (number | null)[])[],
): Gap {
  if (ks.some((k, i) => i > 0 && k !== ks[i - 1] + 1))
    throw new PipelineError('CONFIG_INVALID', `the gap compares each k with the next, got ${ks.join(', ')}`, { ks });
  if (referenceLogW.length === 0 || [logW, ...referenceLogW].some(({ length }) => length !== ks.length))
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      'the gap needs a logarithm per k, of the data and of at least one draw',
      {
        ks: ks.length,
        draws: referenceLogW.length,
      },
    );
  const columns = ks.map((_, i) =>
    gapOf(
      logW[i],
      referenceLogW.map((draw) => draw[i]),
    ),
  );
  const at = ks.findIndex((_, i) => {
    const here = columns[i];
    const next = columns[i + 1];
    return here && next && here.gap >= next.gap - next.se;
  });
  return {
    gap: columns.map((column) => column?.gap ?? null),
    se: columns.map((column) => column?.se ?? null),
    k: at < 0 ? null : ks[at],
  };
}

function gapOf(own: number | null, references: readonly (number | null)[]): { gap: number; se: number } | null {
  const drawn = references.filter((value) => value !== null);
  const draws = references.length;
  if (own === null || drawn.length < draws) return null;
  const mean = drawn.reduce((sum, value) => sum + value, 0) / draws;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
  return { gap: mean - own, se: Math.sqrt(variance * (1 + 1 / draws)) };
}

function asMatrix({ rows, cols, stride, values }: Points): Matrix {
  const unpadded = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) unpadded[i * cols + j] = values[i * stride + j];
  return { rows, cols, names: [], values: unpadded };
}

function principalAxes(x: Matrix): Pick<ReferenceBox, 'centre' | 'axes'> {
  const { means, components } = principalComponents(x, { allowUnscaled: true });
  return { centre: means, axes: Float64Array.from(components.flat()) };
}

function columnAxes(cols: number): Pick<ReferenceBox, 'centre' | 'axes'> {
  const axes = new Float64Array(cols * cols);
  for (let j = 0; j < cols; j++) axes[j * cols + j] = 1;
  return { centre: new Float64Array(cols), axes };
}
