import type { StoredMixture } from '../../../contracts/model';
import type { Assignments } from '../assignments';
import type { Points } from '../points';
import type { MixtureKernel } from './kernel';
import { mostProbable, posterior } from './posterior';
import { fromStored } from './stored';

const { log, sqrt } = Math;

/** The most probable component of rows [from, to), with its posterior; the distance is that to its mean. O((to − from) k d²). */
export function mixtureAssignments(mixture: StoredMixture, points: Points, from = 0, to = points.rows, kernel?: MixtureKernel): Assignments {
  const parameters = fromStored(mixture);
  const { k, cols, means } = parameters;
  const { cluster, runnerUp, probability, responsibilities } = posterior(parameters, points, from, to, { withResponsibilities: true, kernel });
  const count = to - from;
  const distance = new Float64Array(count);
  const margin = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const own = cluster[i];
    let squared = 0;
    for (let j = 0; j < cols; j++) squared += (points.values[(from + i) * points.stride + j] - means[own * cols + j]) ** 2;
    distance[i] = sqrt(squared);
    const second = responsibilities![i * k + runnerUp[i]];
    margin[i] = k > 1 ? 2 * log(probability[i] / Math.max(second, Number.MIN_VALUE)) : Infinity;
    if (k === 1) runnerUp[i] = -1;
  }
  return { cluster, distance, runnerUp, margin, probability };
}

/** Only the components of all rows. */
export const mixtureLabels = (mixture: StoredMixture, points: Points, kernel?: MixtureKernel): Int32Array =>
  mostProbable(fromStored(mixture), points, kernel);
