import type { CandidateSpec } from '../../contracts/algorithms';
import type { DendrogramView } from '../../contracts/dendrogram';
import type { ClusterStability } from '../../contracts/selection';
import { pickPoints, type Points } from '../clustering/points';
import { gapStatistic, logWithin, referenceBox } from '../validity/gap';
import type { Labeling } from '../validity/silhouette';
import {
  estimateSilhouettes,
  everyRow,
  EXACT_SILHOUETTE_ROWS,
  planSampled,
  sampledBlocks,
  silhouetteRows,
  strataOf,
  stratifiedSample,
  type StratifiedSample,
} from '../validity/silhouette-sample';
import { meanJaccard, summariseStability } from '../validity/stability';
import type { DendrogramPayload } from './dendrogram-task';
import type { FittedCandidate, FitShared } from './fit-task';
import type { FitOptions } from './fitters';
import type { GapShared } from './gap-task';
import type { PolishShared } from './polish-task';
import type { Recovery, Reference, ResampleShared } from './resample-task';
import type { SelectionInput } from './sample';

type Pool = Pick<SelectionInput, 'compute' | 'signal'> & { readonly onProgress?: (fraction: number) => void };

function map<I, O>({ compute, signal, onProgress }: Pool, task: string, payloads: readonly I[], shared: unknown): Promise<O[]> {
  return compute.map<I, O>(task, payloads, {
    shared,
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done: number, total: number) => onProgress(done / total) }),
  });
}

/** The top of the tree that a hierarchical candidate was cut from. */
export async function dendrogramOf(pool: Pool, sample: Points, spec: CandidateSpec, seed: number): Promise<DendrogramView | null> {
  if (spec.algorithm !== 'hierarchical') return null;
  const [view] = await map<DendrogramPayload, DendrogramView>(pool, 'selection.dendrogram', [{ spec, seed }], sample);
  return view;
}

/** Candidates fitted to the sample, in the order of `groups`. */
export async function fitAll(pool: Pool, groups: readonly (readonly CandidateSpec[])[], shared: FitShared): Promise<FittedCandidate[]> {
  return (await map<readonly CandidateSpec[], FittedCandidate[]>(pool, 'selection.fit', groups, shared)).flat();
}

/** K-means candidates, each fitted on to all customers. */
export async function polishAll(pool: Pool, fits: readonly FittedCandidate[], shared: PolishShared): Promise<FittedCandidate[]> {
  // Large k first: the longest tasks must not be the last ones.
  const order = [...fits.keys()].sort((a, b) => fits[b].k - fits[a].k);
  const polished = await map<FittedCandidate, FittedCandidate>(pool, 'selection.polish', order.map((i) => fits[i]), shared);
  return fits.map((_, i) => polished[order.indexOf(i)]);
}

export interface MeanSilhouette {
  readonly value: number;
  /** Standard error of the mean over the rows, themselves a draw; with the error of `drawn` where that is one. */
  readonly error: number;
  /** Rows it was measured on, and the standard error of the draw of these alone; null where it was measured on all. */
  readonly drawn: { readonly rows: number; readonly error: number } | null;
}

/** What rows are drawn by where they are too many to measure all. */
interface Draw {
  /** Ids of the rows of the sample. */
  readonly ids: readonly string[];
  readonly seed: number;
}

/**
 * Silhouettes over the assigned rows of each labelling, of more than `EXACT_SILHOUETTE_ROWS` on a stratified draw: the same rows for every labelling
 * that assigns all. Null where it has fewer than two clusters, or one per row.
 */
export async function silhouettesOf(pool: Pool, sample: Points, labelings: readonly Labeling[], draw: Draw): Promise<(MeanSilhouette | null)[]> {
  const result = new Array<MeanSilhouette | null>(labelings.length).fill(null);
  const complete = labelings.map(({ labels }) => labels.length === sample.rows && !labels.includes(-1));
  const together = [...labelings.keys()].filter((l) => complete[l] && isDefined(labelings[l].labels));
  const drawn = drawnRows(sample, draw);
  const values = await valuesOf(pool, sample, together.map((l) => labelings[l]), drawn(null));
  values.forEach((value, i) => (result[together[i]] = value));
  for (const l of labelings.keys()) {
    if (complete[l] || labelings[l].labels.length === 0) continue;
    const { k, labels } = labelings[l];
    const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] >= 0);
    const assigned = Int32Array.from(rows, (row) => labels[row]);
    if (isDefined(assigned)) [result[l]] = await valuesOf(pool, pickPoints(sample, rows), [{ k, labels: assigned }], drawn(rows));
  }
  return result;
}

/** The rows of a part of the sample (null for all of it) that silhouettes are measured on: the first of each stratum by md5(id, seed). */
function drawnRows(sample: Points, { ids, seed }: Draw): (part: Int32Array | null) => StratifiedSample {
  if (sample.rows <= EXACT_SILHOUETTE_ROWS) return (part) => everyRow(part?.length ?? sample.rows);
  const strata = strataOf(sample, seed);
  return (part) => {
    const rows = part ?? Int32Array.from({ length: sample.rows }, (_, row) => row);
    if (rows.length <= EXACT_SILHOUETTE_ROWS) return everyRow(rows.length);
    const labels = rows.map((row) => strata.labels[row]);
    return stratifiedSample(Array.from(rows, (row) => ids[row]), { k: strata.k, labels }, silhouetteRows(rows.length), seed);
  };
}

function isDefined(labels: Int32Array): boolean {
  const used = new Set(labels).size;
  return used >= 2 && used < labels.length;
}

async function valuesOf(pool: Pool, points: Points, labelings: readonly Labeling[], drawn: StratifiedSample): Promise<MeanSilhouette[]> {
  if (labelings.length === 0) return [];
  const plan = planSampled(points, labelings, drawn, true);
  const blocks = await map<readonly [number, number], Float64Array>(pool, 'selection.silhouette', sampledBlocks(drawn.rows.length), plan);
  const { rows: n } = points;
  return estimateSilhouettes(labelings.length, drawn, blocks).map(({ value, standardError, variance }) => ({
    value,
    error: Math.sqrt(variance / n + standardError ** 2),
    drawn: drawn.rows.length === n ? null : { rows: drawn.rows.length, error: standardError },
  }));
}

/** How candidates come back over the resamples. */
export interface Resampled {
  readonly stability: readonly ClusterStability[];
  readonly meanJaccard: number;
  /** One per resample. */
  readonly outOfBag: readonly number[];
}

/** @param references Of one algorithm. @param draws Numbers of the resamples. */
export async function resampleAll(pool: Pool, sample: Points, references: readonly Reference[], draws: readonly number[], options: FitOptions): Promise<Resampled[]> {
  if (references.length === 0) return [];
  const shared: ResampleShared = { sample, references, options };
  const recoveries = await map<number, Recovery[]>(pool, 'selection.resample', draws, shared);
  return references.map(({ k }, i) => {
    const stability = summariseStability(recoveries.map((draw) => draw[i].jaccards), k);
    return { stability, meanJaccard: meanJaccard(stability), outOfBag: recoveries.map((draw) => draw[i].outOfBag) };
  });
}

/** Splits into halves that the prediction strength is the mean of. */
const SPLITS = 5;

/** Mean prediction strength of each candidate; null where no split gave one. */
export async function predictionStrengths(pool: Pool, sample: Points, references: readonly Reference[], options: FitOptions): Promise<(number | null)[]> {
  if (references.length === 0) return [];
  const shared: ResampleShared = { sample, references, options };
  const draws = Array.from({ length: SPLITS }, (_, split) => split);
  const splits = await map<number, (number | null)[]>(pool, 'selection.split', draws, shared);
  return references.map((_, i) => {
    const values = splits.map((split) => split[i]).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

export interface GapByK {
  readonly byK: ReadonlyMap<number, { readonly value: number; readonly error: number }>;
  readonly k: number | null;
}

/** Gap statistic of k-means over the candidates' k. @param fits Of k-means, consecutive k. */
export async function gapOf(pool: Pool, sample: Points, fits: readonly FittedCandidate[], draws: number, seed: number): Promise<GapByK> {
  const ordered = [...fits].sort((a, b) => a.k - b.k);
  if (draws === 0 || sample.rows < 2 || ordered.length < 2) return { byK: new Map(), k: null };
  const ks = ordered.map(({ k }) => k);
  const shared: GapShared = { box: referenceBox(sample), ks, seed };
  const references = await map<number, (number | null)[]>(pool, 'selection.gap', Array.from({ length: draws }, (_, draw) => draw), shared);
  const logW = ordered.map(({ inertia }) => (inertia === null ? null : logWithin(inertia, sample)));
  const { gap, se, k } = gapStatistic(ks, logW, references);
  const byK = new Map(
    ks.flatMap((key, i) => {
      const [value, error] = [gap[i], se[i]];
      return value === null || error === null ? [] : [[key, { value, error }] as const];
    }),
  );
  return { byK, k };
}
