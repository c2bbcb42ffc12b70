import { inverseCholesky, packedSize } from '../../linalg/cholesky';
import type { RandomStream } from '../../linalg/random-stream';
import { strideOf, type Points } from '../points';
import { PipelineError } from '../../../contracts/errors';
import type { MixtureParameters } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { cos, log, sin, sqrt, PI } = Math;

/** Rows drawn from a mixture, and the component each was drawn from. */
export interface Simulated {
  readonly points: Points;
  readonly components: Int32Array;
}

/**
 * Draw rows from a mixture: for each a component by its proportion, then a normal vector by the Cholesky factor of its covariance. The numbers of
 * a row are taken from the stream one after the other: d + 1 uniforms, one more where d is odd.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` where a covariance is not positive definite: such a mixture has no density to draw from.
 *
 * O(n d²). Box and Muller, Annals of Mathematical Statistics 29(2), 1958.
 */
export function simulate(
  { k, cols, proportions, means, covariances }: MixtureParameters,
  rows: number,
  random: RandomStream,
): Simulated {
  const packed = packedSize(cols);
  const inverse = new Float64Array(k * packed);
  for (let c = 0; c < k; c++) {
    if (inverseCholesky(covariances, cols, c * cols * cols, inverse, c * packed) === null)
      throw new PipelineError('INSUFFICIENT_DATA', `the covariance of component ${c} cannot be drawn from`, {
        component: c,
      });
  }
  const stride = strideOf(cols);
  const values = new Float64Array(rows * stride);
  const components = new Int32Array(rows);
  const normals = new Float64Array(cols + 1);
  for (let i = 0, o = 0; i < rows; i++, o += stride) {
    const component = pick(proportions, random.uniform());
    components[i] = component;
    for (let j = 0; j < cols; j += 2) pairOfNormals(random, normals, j);
    // With the inverse M of the factor known, M x = z is solved from the top.
    for (let j = 0, m = component * packed; j < cols; j++) {
      let sum = normals[j];
      for (let l = 0; l < j; l++, m++) sum -= inverse[m] * values[o + l];
      values[o + j] = sum / inverse[m++];
    }
    for (let j = 0; j < cols; j++) values[o + j] += means[component * cols + j];
  }
  return { points: { rows, cols, stride, values }, components };
}

/** First component at which the running sum of proportions exceeds the target; the last that has any where rounding leaves none. */
function pick(proportions: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let c = 0; c < proportions.length; c++) {
    if (proportions[c] > 0) last = c;
    sum += proportions[c];
    if (sum > target) return c;
  }
  return last;
}

/** Two independent standard normal numbers. */
function pairOfNormals(random: RandomStream, out: Float64Array, at: number): void {
  // In (0, 1], so that the logarithm is finite.
  const radius = sqrt(-2 * log(1 - random.uniform()));
  const angle = 2 * PI * random.uniform();
  out[at] = radius * cos(angle);
  out[at + 1] = radius * sin(angle);
}
