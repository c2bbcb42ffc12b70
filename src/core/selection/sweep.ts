import type { ClusterStability } from '../../contracts/selection';
import type { ProjectConfig } from '../../config/project';
import { bestRestart } from '../clustering/kmeans/kmeans';
import { pickPoints, toPoints, unpadCentroids } from '../clustering/points';
import { requireFinite } from '../linalg/checks';
import type { Matrix } from '../linalg/matrix';
import { bottomKSampler } from '../linalg/sampling';
import type { Compute } from '../ports';
import { meanSilhouettes, planSilhouette, silhouetteBlocks, type SilhouettePlan } from '../validity/silhouette';
import { summariseStability } from '../validity/stability';
import type {
  PolishPayload,
  PolishResult,
  PolishShared,
  ResampleShared,
  RestartsPayload,
  RestartsResult,
  RestartsShared,
} from './tasks';

/** Rows that the restarts see; the best of them is finished on all rows. */
export const RESTART_ROWS = 10_000;
/** Restarts per task: small enough to share out evenly. */
const RESTARTS_PER_TASK = 5;

/** Everything measured about one k. */
export interface Fit {
  readonly k: number;
  readonly inertia: number;
  readonly silhouette: number | null;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  readonly sizes: readonly number[];
  readonly duplicates: boolean;
  readonly stability: readonly ClusterStability[];
  readonly restarts: number;
  readonly replicated: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly centroids: readonly (readonly number[])[];
}

export interface Sweep {
  readonly fits: readonly Fit[];
  readonly silhouetteRows: number;
  readonly bootstrapRows: number;
}

export interface SweepInput {
  readonly matrix: Matrix;
  /** Ids of the rows, for the samples; rows are in the order of the ids. */
  readonly ids: readonly string[];
  readonly modeling: ProjectConfig['modeling'];
  readonly compute: Compute;
  readonly signal?: AbortSignal;
  /** Finished share of the work, 0 to 1, and what is going on. */
  readonly onProgress?: (fraction: number, note: string) => void;
}

/** Share of the work that lies behind once a phase begins. */
const PHASES = { restarts: [0, 0.4], polish: [0.4, 0.45], silhouette: [0.45, 0.6], resamples: [0.6, 1] } as const;

/**
 * K-means for every k of the range that the rows can fill (k <= n): restarts on a bottom-k sample, the best finished on all rows, validity indices, and
 * bootstrap stability. All randomness comes from the seed, so neither the number of threads nor the order of tasks can change a bit.
 *
 * @throws PipelineError `NOT_FINITE`; `COMPUTE_FAILED` or `CANCELLED` from the threads.
 */
export async function sweepKMeans(input: SweepInput): Promise<Sweep> {
  const { matrix, ids, modeling } = input;
  requireFinite(matrix);
  const points = toPoints(matrix, { shared: true });
  const sampleOf = bottomKSampler(ids, modeling.seed);
  const silhouetteRows = sampleOf(modeling.silhouetteRows);
  const stabilityRows = sampleOf(modeling.stability.rows);
  const ks = range(modeling.clusters.min, Math.min(modeling.clusters.max, matrix.rows));

  const restarts = await runRestarts(input, ks, {
    points: points.rows > RESTART_ROWS ? pickPoints(points, sampleOf(RESTART_ROWS), true) : points,
    seed: modeling.seed,
    largestK: Math.max(2, ...ks),
  });
  const polished = await map<PolishPayload, PolishResult>(
    input,
    'polish',
    'kmeans.polish',
    ks.map((k, i) => ({ k, start: restarts[i].best.centroids })),
    { points, silhouetteRows, stabilityRows } satisfies PolishShared,
  );
  const silhouette = await runSilhouettes(input, polished, pickPoints(points, silhouetteRows));
  const resampleShared: ResampleShared = {
    points: pickPoints(points, stabilityRows, true),
    labelings: polished.map(({ k, stabilityLabels }) => ({ k, labels: stabilityLabels })),
    seed: modeling.seed,
  };
  const resamples = await map<number, Float64Array[]>(
    input,
    'resamples',
    'stability.resample',
    range(0, modeling.stability.resamples - 1),
    resampleShared,
  );

  const fits = polished.map(({ centroids, silhouetteLabels: _s, stabilityLabels: _b, ...fit }, i) => ({
    ...fit,
    silhouette: silhouette[i],
    stability: summariseStability(
      resamples.map((resample) => resample[i]),
      fit.k,
    ),
    restarts: modeling.restarts,
    replicated: restarts[i].replicated,
    iterations: restarts[i].best.iterations + fit.iterations,
    converged: restarts[i].best.converged && fit.converged,
    centroids: unpadCentroids(centroids, fit.k, points.cols, points.stride),
  }));
  return { fits, silhouetteRows: silhouetteRows.length, bootstrapRows: stabilityRows.length };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => from + i);

function map<I, O>(
  { compute, signal, onProgress }: SweepInput,
  phase: keyof typeof PHASES,
  task: string,
  payloads: readonly I[],
  shared: unknown,
): Promise<O[]> {
  const [begin, end] = PHASES[phase];
  return compute.map<I, O>(task, payloads, {
    shared,
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.(begin + ((end - begin) * done) / total, phase),
  });
}

async function runRestarts(
  input: SweepInput,
  ks: readonly number[],
  shared: RestartsShared,
): Promise<{ best: RestartsResult['best']; replicated: number }[]> {
  const { restarts } = input.modeling;
  // Large k first: the longest tasks must not be the last ones.
  const payloads: RestartsPayload[] = [...ks]
    .reverse()
    .flatMap((k) =>
      range(0, Math.ceil(restarts / RESTARTS_PER_TASK) - 1).map((t) => ({
        k,
        from: t * RESTARTS_PER_TASK,
        to: Math.min((t + 1) * RESTARTS_PER_TASK, restarts),
      })),
    );
  const results = await map<RestartsPayload, RestartsResult>(input, 'restarts', 'kmeans.restarts', payloads, shared);
  return ks.map((k) => {
    const parts = results.filter((_, i) => payloads[i].k === k);
    const { best } = parts[bestRestart(parts.map((part) => part.best.inertia))];
    const replicated = parts
      .flatMap(({ inertias }) => inertias)
      .filter((inertia) => inertia <= best.inertia * (1 + 1e-6)).length;
    return { best, replicated };
  });
}

/** Silhouettes of all k for which they are defined, on the same rows; null for the others. */
async function runSilhouettes(
  input: SweepInput,
  polished: readonly PolishResult[],
  points: SilhouettePlan['points'],
): Promise<(number | null)[]> {
  const defined = polished.filter(({ silhouetteLabels }) => {
    const used = new Set(silhouetteLabels).size;
    return used >= 2 && used < points.rows;
  });
  if (defined.length === 0) return polished.map(() => null);
  const plan = planSilhouette(
    points,
    defined.map(({ k, silhouetteLabels }) => ({ k, labels: silhouetteLabels })),
    true,
  );
  const blocks = await map<readonly [number, number], Float64Array>(
    input,
    'silhouette',
    'silhouette.block',
    silhouetteBlocks(points.rows),
    plan,
  );
  const means = meanSilhouettes(points.rows, blocks);
  return polished.map((fit) => means[defined.indexOf(fit)] ?? null);
}
