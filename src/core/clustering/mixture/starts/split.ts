import { PipelineError } from '../../../../contracts/errors';
import { symmetricEigen } from '../../../linalg/jacobi';
import type { Points } from '../../points';
import { densityOf } from '../density';
import { eStep } from '../estep';
import { scatterOf } from '../scatter';
import type { MixtureParameters } from '../types';

/**
 * Responsibilities of k + 1 components from a solution with k: one component is cut in two across the direction in which its rows vary most.
 * Component k is the new one.
 *
 * @param hardness How much of a row goes to its side: 1 all of it, 0 half of it. Near 0 the two halves are the same component twice, which is the
 *   solution with k components, so that EM from there cannot end below its likelihood by more than the hardness explains.
 * @returns n x (k + 1).
 * @throws PipelineError `NOT_FINITE` where the solution has no density.
 *
 * O(n k d² + d³).
 */
export function splitComponent(
  points: Points,
  weights: Float64Array | null,
  parameters: MixtureParameters,
  component: number,
  hardness: number,
): Float64Array {
  const { rows, cols, stride, values } = points;
  const { k } = parameters;
  const density = densityOf(parameters);
  if (density === null)
    throw new PipelineError('NOT_FINITE', 'a solution without density has no component to be split');
  const responsibilities = new Float64Array(rows * k);
  eStep(density, points, weights, responsibilities);
  const { within, means } = scatterOf(points, weights, responsibilities, k, false);
  const { vectors } = symmetricEigen(within, cols, component * cols * cols);
  const result = new Float64Array(rows * (k + 1));
  for (let i = 0; i < rows; i++) {
    const to = i * (k + 1);
    for (let c = 0; c < k; c++) result[to + c] = responsibilities[i * k + c];
    let score = 0;
    for (let j = 0; j < cols; j++) score += (values[i * stride + j] - means[component * cols + j]) * vectors[j];
    const own = result[to + component];
    const moved = 0.5 * own * (score > 0 ? 1 + hardness : 1 - hardness);
    result[to + k] = moved;
    result[to + component] = own - moved;
  }
  return result;
}
