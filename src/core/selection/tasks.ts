import { bestRestart, fitFrom, runRestart, workspaceFor, type Restart } from '../clustering/kmeans/kmeans';
import type { Workspace } from '../clustering/kernel';
import { asValues, pickPoints, type Points } from '../clustering/points';
import { dispersion } from '../validity/dispersion';
import { calinskiHarabasz, daviesBouldin } from '../validity/indices';
import { silhouetteSums, type Labeling, type SilhouettePlan } from '../validity/silhouette';
import { bestJaccards, drawResample } from '../validity/stability';

/** Restarts of each fit to a resample. */
export const RESAMPLE_RESTARTS = 3;

/** A few restarts of one k on the sample. */
export interface RestartsPayload {
  readonly k: number;
  readonly from: number;
  readonly to: number;
}
export interface RestartsShared {
  readonly points: Points;
  readonly seed: number;
  readonly largestK: number;
}
export interface RestartsResult {
  readonly inertias: readonly number[];
  readonly best: Restart;
}

// A thread gets the same `shared` object for all tasks of one map, and runs one task at a time: its buffers can be used again.
const workspaces = new WeakMap<object, Workspace>();

function workspaceOf(owner: object, rows: number, k: number): Workspace {
  const known = workspaces.get(owner);
  if (known) return known;
  const made = workspaceFor(rows, k);
  workspaces.set(owner, made);
  return made;
}

export function restartsTask({ k, from, to }: RestartsPayload, shared: RestartsShared): RestartsResult {
  const { points, seed, largestK } = shared;
  const workspace = workspaceOf(shared, points.rows, largestK);
  const runs: Restart[] = [];
  for (let restart = from; restart < to; restart++) {
    runs.push(
      runRestart(
        points,
        null,
        k,
        { seed, stage: 'selection', use: 'seeding', candidate: k, restart, block: 0 },
        workspace,
      ),
    );
  }
  const inertias = runs.map(({ inertia }) => inertia);
  return { inertias, best: runs[bestRestart(inertias)] };
}

/** The best restart finished on all rows, with the indices that need one pass. */
export interface PolishPayload {
  readonly k: number;
  /** k x stride. */
  readonly start: Float64Array;
}
export interface PolishShared {
  readonly points: Points;
  readonly silhouetteRows: Int32Array;
  readonly stabilityRows: Int32Array;
}
export interface PolishResult {
  readonly k: number;
  readonly centroids: Float64Array;
  readonly sizes: readonly number[];
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly duplicates: boolean;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  readonly silhouetteLabels: Int32Array;
  readonly stabilityLabels: Int32Array;
}

export function polishTask(
  { k, start }: PolishPayload,
  { points, silhouetteRows, stabilityRows }: PolishShared,
): PolishResult {
  const { labels, ...fit } = fitFrom(points, null, start, k);
  const indices = { calinskiHarabasz: null as number | null, daviesBouldin: null as number | null };
  if (k >= 2 && k < points.rows && !fit.sizes.includes(0)) {
    const x = asValues(points);
    const known = dispersion(x, labels, k);
    indices.calinskiHarabasz = calinskiHarabasz(x, labels, k, known);
    indices.daviesBouldin = daviesBouldin(x, labels, k, known);
  }
  return {
    ...fit,
    ...indices,
    silhouetteLabels: Int32Array.from(silhouetteRows, (row) => labels[row]),
    stabilityLabels: Int32Array.from(stabilityRows, (row) => labels[row]),
  };
}

/** One block of rows of the silhouettes of all k. */
export const silhouetteTask = ([from, to]: readonly [number, number], plan: SilhouettePlan): Float64Array =>
  silhouetteSums(plan, from, to);

/** One resample, clustered anew for every k. */
export interface ResampleShared {
  readonly points: Points;
  readonly labelings: readonly Labeling[];
  readonly seed: number;
}

/** Best Jaccard per cluster, one vector per labelling. */
export function resampleTask(resample: number, { points, labelings, seed }: ResampleShared): Float64Array[] {
  const { rows, weights } = drawResample(points.rows, seed, resample);
  const drawn = pickPoints(points, rows);
  const workspace = workspaceFor(rows.length, Math.max(2, ...labelings.map(({ k }) => k)));
  return labelings.map(({ k, labels }) => {
    // Fewer distinct rows than clusters: nothing of the clustering can be found again.
    if (rows.length < k) return new Float64Array(k);
    const original = Int32Array.from(rows, (row) => labels[row]);
    let least = Infinity;
    let jaccards = new Float64Array(k);
    for (let block = 0; block < RESAMPLE_RESTARTS; block++) {
      const address = {
        seed,
        stage: 'selection',
        use: 'resample seeding',
        candidate: k,
        restart: resample,
        block,
      } as const;
      const { inertia } = runRestart(drawn, weights, k, address, workspace);
      if (inertia >= least) continue;
      least = inertia;
      jaccards = new Float64Array(bestJaccards(original, workspace.labels.subarray(0, rows.length), k));
    }
    return jaccards;
  });
}
