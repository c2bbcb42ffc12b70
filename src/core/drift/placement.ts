import type { ModelFit, ShareChange } from '../../contracts/drift';
import type { Solution, StoredMixture } from '../../contracts/model';
import type { PersonasReport } from '../../contracts/personas';
import { assign, clustersOf, type AssigningModel } from '../clustering/assign';
import type { Kernel } from '../clustering/kernel';
import { densityOf } from '../clustering/mixture/density';
import { normalise } from '../clustering/mixture/estep';
import type { MixtureKernel } from '../clustering/mixture/kernel';
import { fromStored } from '../clustering/mixture/stored';
import { plainKernel } from '../clustering/plain-kernel';
import type { Points } from '../clustering/points';
import { BLOCK_ROWS, blocksOf } from '../linalg/blocks';
import { quantile } from '../prepare/quantile';

/** What lies beyond this quantile of the reference is far. */
const FAR = 0.99;

/** Where a model places rows. */
export interface Placement {
  /** −1: in none. */
  readonly cluster: Int32Array;
  /** How far from every cluster: distance to the nearest centre, minus the log of the mixture density, or 1 for a row in no dense region and 0 else. */
  readonly farness: Float64Array;
}

export const MEASURES = { centroids: 'distance', mixture: 'density', density: 'unassigned' } as const satisfies Record<Solution['kind'], ModelFit['far']['measure']>;

/** Place rows [from, to) by a stored model. A row that has no density in floating point is infinitely far. O((to − from) k d²). */
export function place(model: AssigningModel, points: Points, from = 0, to = points.rows, kernel: Kernel = plainKernel): Placement {
  const { solution } = model;
  if (solution.kind === 'mixture') return placeInMixture(solution.mixture, points, from, to, kernel.mixture);
  const { cluster, distance } = assign(model, points, from, to, kernel);
  return { cluster, farness: solution.kind === 'centroids' ? distance : Float64Array.from(cluster, (c) => (c < 0 ? 1 : 0)) };
}

function placeInMixture(stored: StoredMixture, points: Points, from: number, to: number, kernel: MixtureKernel): Placement {
  const parameters = fromStored(stored);
  const { k } = parameters;
  const density = densityOf(parameters);
  const cluster = new Int32Array(to - from);
  const farness = new Float64Array(to - from).fill(Infinity);
  if (density === null) return { cluster, farness };
  const joint = new Float64Array(BLOCK_ROWS * k);
  for (const [start, end] of blocksOf(to - from)) {
    kernel.logDensities(density, points, from + start, from + end, joint, 0);
    for (let i = start, at = 0; i < end; i++, at += k) {
      let best = 0;
      for (let c = 1; c < k; c++) if (joint[at + c] > joint[at + best]) best = c;
      cluster[i] = best;
      farness[i] = -normalise(joint, at, k);
    }
  }
  return { cluster, farness };
}

/** How today's customers lie in a model, against those of the reference. O(n log n + m). */
export function compareFit(solution: Solution, personas: PersonasReport['personas'], reference: Placement, current: Placement): ModelFit {
  const k = clustersOf(solution);
  const [then, now] = [sharesOf(reference.cluster, k), sharesOf(current.cluster, k)];
  const bound = solution.kind === 'density' ? 0.5 : quantile(reference.farness.slice().sort(), FAR);
  const farShare = ({ farness }: Placement): number => share(farness, (value) => value > bound);
  return {
    personas: then.map((before, cluster): ShareChange => {
      const persona = personas.find((each) => each.cluster === cluster);
      return { cluster, key: persona?.key ?? '', name: persona?.name ?? `cluster ${cluster}`, reference: before, current: now[cluster] };
    }),
    unassigned: { reference: share(reference.cluster, (c) => c < 0), current: share(current.cluster, (c) => c < 0) },
    far: { measure: MEASURES[solution.kind], reference: farShare(reference), current: farShare(current) },
  };
}

function sharesOf(cluster: Int32Array, k: number): number[] {
  const sizes = new Array<number>(k).fill(0);
  for (const c of cluster) if (c >= 0) sizes[c]++;
  return sizes.map((size) => (cluster.length === 0 ? 0 : size / cluster.length));
}

function share(values: Int32Array | Float64Array, is: (value: number) => boolean): number {
  let count = 0;
  for (const value of values) if (is(value)) count++;
  return values.length === 0 ? 0 : count / values.length;
}
