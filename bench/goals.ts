import type { Recorded, WholeMeasure } from './lib/results';
import { median } from './lib/statistics';
import type { Goal } from './lib/verdict';

export type Results = ReadonlyMap<string, Recorded>;

export interface GoalRow extends Goal {
  readonly what: string;
  readonly unit: '×' | '%' | 'MiB' | 's';
  /** Null where it was not measured. */
  figure(results: Results): number | null;
}

const wholeOf = (results: Results, name: string): WholeMeasure | undefined => {
  const measure = results.get(name)?.measure;
  return measure?.kind === 'whole' ? measure : undefined;
};

/** Wall seconds of the peer that is fastest by its median, over ours until the command has ended. */
export function wallRatio({ ours, peers }: WholeMeasure): number | null {
  const medians = Object.values(peers).flatMap((runs) => (runs.length > 0 ? [median(runs.map(({ wallS }) => wallS))] : []));
  return medians.length === 0 ? null : Math.min(...medians) / median(ours.map(({ wallS }) => wallS));
}

const PREP = ['extract', 'quality', 'clean', 'features'];
const PEER_PREP = ['extract', 'clean', 'features'];

/** Seconds of the stages up to the features: neither side with its start, imports or module loading. */
export const prepSeconds = ({ ours }: WholeMeasure): number =>
  median(ours.map(({ stages }) => stages.reduce((sum, { stage, ms }) => sum + (PREP.includes(stage) ? ms / 1_000 : 0), 0)));

export function peerPrepSeconds({ prepPeers }: WholeMeasure, engine: string): number | null {
  const runs = prepPeers[engine] ?? [];
  return runs.length === 0 ? null : median(runs.map(({ stages }) => PEER_PREP.reduce((sum, stage) => sum + (stages[stage]?.[0] ?? 0), 0)));
}

const ratioOf = (name: string) => (results: Results) => {
  const measure = wholeOf(results, name);
  return measure === undefined ? null : wallRatio(measure);
};

function prepRatio(results: Results): number | null {
  const measure = wholeOf(results, 'whole-10m');
  const peer = measure === undefined ? null : peerPrepSeconds(measure, 'polars');
  return measure === undefined || peer === null ? null : peer / prepSeconds(measure);
}

const kernelRatio = (name: string) => (results: Results) => {
  const measure = results.get('kernels')?.measure;
  return measure?.kind === 'kernels' ? (measure.measures.find((kernel) => kernel.name === name)?.ratio ?? null) : null;
};

/** Percent by which our inertia is above that of scikit-learn, for the worst k. */
function inertiaExcess(results: Results): number | null {
  const measure = results.get('inertia')?.measure;
  return measure?.kind === 'inertia' ? Math.max(...measure.byK.map(({ ours, peer }) => 100 * (ours / peer - 1))) : null;
}

const peak = (name: string) => (results: Results) => {
  const measure = wholeOf(results, name);
  return measure === undefined ? null : median(measure.ours.map(({ peakMib }) => peakMib));
};

const wall = (name: string) => (results: Results) => {
  const measure = wholeOf(results, name);
  return measure === undefined ? null : median(measure.ours.map(({ wallS }) => wallS));
};

const ratio = (what: string, figure: GoalRow['figure'], must: number, aim: number): GoalRow => ({ what, figure, must, aim, bound: 'least', unit: '×' });

/** What the bench is held against; ratios are peer / ours. */
export const GOALS: readonly GoalRow[] = [
  ratio('whole run without mixtures, 1M rows, fastest peer', ratioOf('whole-1m'), 5, 10),
  ratio('whole run without mixtures, 10M rows, pandas', ratioOf('whole-10m'), 5, 8),
  ratio('whole run with full-covariance mixtures k = 2..10, 10M rows', ratioOf('mixtures-10m'), 8, 20),
  ratio('order lines to features, 10M rows, polars', prepRatio, 1, 1.5),
  ratio('Lloyd per iteration, 1 thread, scikit-learn on f64', kernelRatio('lloyd-f64'), 2.5, 4),
  ratio('Lloyd per iteration, 1 thread, scikit-learn on f32', kernelRatio('lloyd-f32'), 1.2, 2),
  ratio('EM with full covariances, per iteration', kernelRatio('em-full'), 5, 12),
  ratio('silhouette, exact, 10,000 rows', kernelRatio('silhouette'), 7, 14),
  ratio("Ward's method, 10,000 rows, fastcluster", kernelRatio('ward'), 1, 2),
  ratio('PCA', kernelRatio('pca'), 0.5, 1),
  { what: 'inertia above scikit-learn with 10 starts, worst k', figure: inertiaExcess, must: 0.1, aim: 0.01, bound: 'most', unit: '%' },
  { what: 'peak memory of the worker, 1M rows', figure: peak('whole-1m'), must: 300, aim: 200, bound: 'most', unit: 'MiB' },
  { what: 'peak memory of the worker, 10M rows', figure: peak('whole-10m'), must: 1_000, aim: 600, bound: 'most', unit: 'MiB' },
  { what: '50M rows, 2.5M customers, memory limit of DuckDB 4 GB: completes', figure: wall('whole-50m'), must: Infinity, aim: 90, bound: 'most', unit: 's' },
];
