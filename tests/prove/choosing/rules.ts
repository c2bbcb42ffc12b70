import { STABLE_SILHOUETTE, stableSilhouette } from '../../../src/core/selection/rule';
import { kneedle } from '../../../src/core/validity/elbow';
import type { KMeansMeasured, Measured, MixtureMeasured, Returned } from './measured';

/** What every rule may choose: the range of `modeling.clusters`, which is also that of the planted behaviours with one below and two above. */
export const RANGE = { min: 2, max: 10 };

/** The choice of a rule: how many, and how well those clusters agree with the planted behaviours. Null: none is acceptable. */
export interface Choice {
  readonly k: number;
  readonly truth: number;
}

/** A way to choose; `gated` rules are only shown what passes the size gates. */
export interface Rule {
  readonly name: string;
  readonly gated: boolean;
  readonly choose: (measured: Measured) => Choice | null;
}

interface Scored<C> {
  readonly candidate: C;
  readonly score: number;
}
type Score<C> = (candidate: C, all: readonly C[]) => number | null;
type Candidate = { readonly k: number; readonly truth: number; readonly failed: readonly string[] };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const inRange = ({ k }: { readonly k: number }): boolean => k >= RANGE.min && k <= RANGE.max;
const offered = <C extends Candidate>(candidates: readonly C[], gated: boolean): C[] =>
  candidates.filter((candidate) => inRange(candidate) && (!gated || candidate.failed.length === 0));

function scored<C extends Candidate>(candidates: readonly C[], score: Score<C>, all: readonly C[]): Scored<C>[] {
  return candidates.flatMap((candidate) => {
    const value = score(candidate, all);
    return value === null ? [] : [{ candidate, score: value }];
  });
}

/** The highest score, the smallest k of equals. */
function highest<C extends Candidate>(entries: readonly Scored<C>[]): C | null {
  return entries.length === 0 ? null : entries.reduce((a, b) => (b.score > a.score ? b : a)).candidate;
}

type Of = 'kmeans' | 'mixture';
type CandidateOf<O extends Of> = O extends 'kmeans' ? KMeansMeasured : MixtureMeasured;

/** The candidate with the highest score. */
export const maximum = <O extends Of>(of: O, name: string, score: Score<CandidateOf<O>>, gated = false): Rule => ({
  name,
  gated,
  choose: (measured) => {
    const all = measured[of] as readonly CandidateOf<O>[];
    return highest(scored(offered(all, gated), score, all));
  },
});

/** The largest k with scores of at least these; where none has, the highest first score. */
export const largest = (name: string, asked: readonly (readonly [Score<KMeansMeasured>, number])[], gated = true): Rule => ({
  name,
  gated,
  choose: ({ kmeans }) => {
    const candidates = offered(kmeans, gated);
    const reached = candidates.filter((candidate) => asked.every(([score, least]) => (score(candidate, kmeans) ?? -Infinity) >= least));
    return reached.length > 0 ? reached.reduce((a, b) => (b.k > a.k ? b : a)) : highest(scored(candidates, asked[0][0], kmeans));
  },
});

/** Of the k with a score of at least this the one with the highest second score; where none has, the highest first score. */
export const bestAmong = <O extends Of>(of: O, name: string, [first, least]: readonly [Score<CandidateOf<O>>, number], second: Score<CandidateOf<O>>, gated = true): Rule => ({
  name,
  gated,
  choose: (measured) => {
    const all = measured[of] as readonly CandidateOf<O>[];
    const candidates = offered(all, gated);
    const reached = candidates.filter((candidate) => (first(candidate, all) ?? -Infinity) >= least);
    return highest(scored(reached, second, all)) ?? highest(scored(candidates, first, all));
  },
});

export type Rows = 'drawn' | 'left' | 'all';
export type Over = 'mean' | 'min' | 'weighted';

/** Mean over the resamples, cluster by cluster. */
const perCluster = (jaccards: Returned[Rows]): number[] => jaccards[0].map((_, c) => mean(jaccards.map((resample) => resample[c])));

const remembered = new WeakMap<Returned, Map<string, number>>();

/** Jaccard similarity of a candidate's clusters with those of the resamples, over the clusters. */
export const jaccard = (rows: Rows, over: Over = 'mean'): Score<KMeansMeasured> => ({ returned, sizes }) => {
  if (returned === null) return null;
  const known = remembered.get(returned) ?? new Map<string, number>();
  remembered.set(returned, known);
  const key = `${rows} ${over}`;
  const value = known.get(key) ?? overClusters(perCluster(returned[rows]), sizes, over);
  known.set(key, value);
  return value;
};

function overClusters(values: readonly number[], sizes: readonly number[], over: Over): number {
  if (over === 'mean') return mean(values);
  if (over === 'min') return Math.min(...values);
  return values.reduce((sum, value, c) => sum + value * sizes[c], 0) / sizes.reduce((sum, size) => sum + size, 0);
}

/** Adjusted Rand index over the rows left out. */
export const leftAri: Score<KMeansMeasured> = ({ returned }) => (returned === null ? null : mean(returned.leftAri));
export const strength: Score<KMeansMeasured> = ({ predictionStrength }) => predictionStrength;

type Permuted = keyof NonNullable<KMeansMeasured['permuted']>;
const ofPermuted = (which: Permuted): Score<KMeansMeasured> => ({ permuted }) => permuted?.[which] ?? null;

/** A score less its value on permuted columns. */
export const above = (score: Score<KMeansMeasured>, which: Permuted): Score<KMeansMeasured> => (candidate, all) => {
  const [value, chance] = [score(candidate, all), ofPermuted(which)(candidate, all)];
  return value === null || chance === null ? null : value - chance;
};

/** The same as a share of what there is to gain. */
export const shareAbove = (score: Score<KMeansMeasured>, which: Permuted): Score<KMeansMeasured> => (candidate, all) => {
  const [value, chance] = [score(candidate, all), ofPermuted(which)(candidate, all)];
  return value === null || chance === null ? null : (value - chance) / (1 - chance);
};

/** How much less the score is with one cluster more. */
export const dropAfter = (score: Score<KMeansMeasured>): Score<KMeansMeasured> => (candidate, all) => {
  const next = all.find(({ k }) => k === candidate.k + 1);
  const [here, there] = [score(candidate, all), next ? score(next, all) : null];
  return here === null || there === null ? null : here - there;
};

/** The score where it is higher than with one cluster less and with one more. */
export const peak = (score: Score<KMeansMeasured>): Score<KMeansMeasured> => (candidate, all) => {
  const value = score(candidate, all);
  if (value === null) return null;
  const beside = all.filter(({ k }) => Math.abs(k - candidate.k) === 1).map((other) => score(other, all) ?? -Infinity);
  return beside.every((other) => other <= value) ? value : null;
};

const silhouette: Score<KMeansMeasured> = (candidate) => candidate.silhouette;

/** Silhouette as high as the best but for so many of its standard errors: 0 or less. */
const behindBest = (errors: number): Score<KMeansMeasured> => (candidate, all) => {
  const best = highest(scored(offered(all, true), silhouette, all));
  if (best === null || candidate.silhouette === null) return null;
  return candidate.silhouette + errors * (best.silhouetteError ?? 0) - (best.silhouette ?? 0);
};

/** As high as the highest but for this much: 0 or more. */
const behindHighest = (score: Score<KMeansMeasured>, least: number): Score<KMeansMeasured> => (candidate, all) => {
  const value = score(candidate, all);
  const most = Math.max(...offered(all, true).map((other) => score(other, all) ?? -Infinity));
  return value === null ? null : value + least - most;
};

/** One score times a power of another: no threshold to be set. */
const product = (a: Score<KMeansMeasured>, b: Score<KMeansMeasured>, power: number): Score<KMeansMeasured> => (candidate, all) => {
  const [x, y] = [a(candidate, all), b(candidate, all)];
  return x === null || y === null ? null : x * Math.max(y, 0) ** power;
};

/** How many of silhouette, Calinski-Harabasz and Davies-Bouldin are best with this k, of those that come back. */
const votes = (least: number): Score<KMeansMeasured> => (candidate, all) => {
  const among = offered(all, true).filter((other) => (jaccard('drawn')(other, all) ?? 0) >= least);
  const firsts = [silhouette, ({ calinskiHarabasz }: KMeansMeasured) => calinskiHarabasz, ({ daviesBouldin }: KMeansMeasured) => negative(daviesBouldin)];
  return firsts.filter((score) => highest(scored(among, score, all)) === candidate).length;
};

export const mixtureJaccard: Score<MixtureMeasured> = ({ jaccards }) => (jaccards === null ? null : mean(jaccards));

const negative = (value: number | null): number | null => (value === null ? null : -value);

/** Hartigan's k-means as a mixture of equal spheres with hard labels: what X-means minimises. */
const hardBic = (rows: number, cols: number): Score<KMeansMeasured> => ({ k, inertia, sizes }) => {
  if (inertia === null) return null;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const entropy = sizes.reduce((sum, size) => sum + (size > 0 ? (size / total) * Math.log(size / total) : 0), 0);
  const variance = inertia / (cols * (rows - k));
  const logLikelihood = rows * entropy - (rows * cols * Math.log(2 * Math.PI * variance)) / 2 - (cols * (rows - k)) / 2;
  return 2 * logLikelihood - (k - 1 + cols * k + 1) * Math.log(rows);
};

/** The gap statistic's own rule within the range; where no k has it, the highest gap. */
const gapRule = (gated: boolean): Rule => ({
  name: 'gap',
  gated,
  choose: ({ kmeans }) => {
    const candidates = offered(kmeans, gated);
    const settled = candidates.find(({ k, gap }) => {
      const next = kmeans.find((candidate) => candidate.k === k + 1)?.gap;
      return gap && next && gap.value >= next.value - next.error;
    });
    return settled ?? highest(scored(candidates, ({ gap }) => gap?.value ?? null, kmeans));
  },
});

/** The knee of the inertia; null where there is none in the range. */
const elbowRule = (gated: boolean): Rule => ({
  name: 'elbow',
  gated,
  choose: ({ kmeans }) => {
    const candidates = offered(kmeans, gated);
    const knee = kneedle(kmeans.map(({ k }) => k), kmeans.map(({ inertia }) => inertia ?? 0));
    return candidates.find(({ k }) => k === knee) ?? null;
  },
});

/** Each criterion alone. The same rules, with the gates of the product or without. */
export const criteria = (gated: boolean): Rule[] => [
  maximum('kmeans', 'silhouette', silhouette, gated),
  maximum('kmeans', 'Calinski-Harabasz', ({ calinskiHarabasz }) => calinskiHarabasz, gated),
  maximum('kmeans', 'Davies-Bouldin', ({ daviesBouldin }) => negative(daviesBouldin), gated),
  gapRule(gated),
  maximum('mixture', 'BIC', ({ bic }) => -bic, gated),
  elbowRule(gated),
  maximum('mixture', 'ICL', ({ icl }) => -icl, gated),
  maximum('mixture', 'BIC of VVI', ({ bic, model }) => (model === 'VVI' ? -bic : null), gated),
  maximum('mixture', 'BIC of VVV', ({ bic, model }) => (model === 'VVV' ? -bic : null), gated),
  {
    name: 'BIC of k-means',
    gated,
    choose: (measured) => maximum('kmeans', '', hardBic(measured.sample, measured.columns.length), gated).choose(measured),
  },
  maximum('kmeans', 'highest Jaccard', jaccard('drawn'), gated),
  largest('prediction strength', [[strength, 0.8]], gated),
];

/** As many as come back: the rule that the study began with. */
export const asManyAsComeBack = (accept = 0.85): Rule => largest(`drawn mean >= ${accept}`, [[jaccard('drawn'), accept]]);

/** The rule of the product for k-means and hierarchical clustering: its own function decides. */
export const OURS = maximum(
  'kmeans',
  STABLE_SILHOUETTE,
  (candidate) => stableSilhouette({ silhouette: candidate.silhouette, meanJaccard: jaccard('drawn')(candidate, []) }),
  true,
);

/** The rule of the product for mixtures. */
export const OURS_OF_MIXTURES = bestAmong('mixture', 'mean Jaccard >= 0.85, then lowest BIC', [mixtureJaccard, 0.85], ({ bic }) => -bic);

const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, i) => Number((from + i * by).toFixed(3)));

/** All variants of the rule that are looked at on the shaping half. */
export function variants(): Rule[] {
  const rows: Rows[] = ['drawn', 'left', 'all'];
  const overs: Over[] = ['mean', 'min', 'weighted'];
  const found: Rule[] = [];
  for (const from of rows) {
    for (const over of overs)
      for (const t of steps(over === 'min' ? 0.4 : 0.7, 0.975, 0.025)) found.push(largest(`${from} ${over} >= ${t}`, [[jaccard(from, over), t]]));
    for (const t of steps(0.7, 0.95, 0.05))
      for (const u of steps(0.5, 0.8, 0.1)) found.push(largest(`${from} mean >= ${t} and min >= ${u}`, [[jaccard(from), t], [jaccard(from, 'min'), u]]));
    for (const t of steps(0.1, 0.6, 0.05)) found.push(largest(`${from} above permuted >= ${t}`, [[above(jaccard(from), from), t]]));
    for (const t of steps(0.3, 0.9, 0.05)) found.push(largest(`${from} share above permuted >= ${t}`, [[shareAbove(jaccard(from), from), t]]));
    for (const t of steps(0.5, 0.9, 0.05))
      found.push(bestAmong('kmeans', `${from} mean >= ${t}, then largest drop`, [jaccard(from), t], dropAfter(jaccard(from))));
    found.push(maximum('kmeans', `${from} above permuted, highest`, above(jaccard(from), from), true));
    found.push(maximum('kmeans', `${from} share above permuted, highest`, shareAbove(jaccard(from), from), true));
  }
  for (const power of [0.5, 1, 2, 4]) {
    found.push(maximum('kmeans', `silhouette times drawn mean to the power ${power}`, product(silhouette, jaccard('drawn'), power), true));
    found.push(maximum('kmeans', `silhouette times drawn min to the power ${power}`, product(silhouette, jaccard('drawn', 'min'), power), true));
    found.push(maximum('kmeans', `silhouette times left-out ARI to the power ${power}`, product(silhouette, leftAri, power), true));
    found.push(maximum('kmeans', `silhouette times prediction strength to the power ${power}`, product(silhouette, strength, power), true));
  }
  for (const least of [0.01, 0.02, 0.03, 0.05, 0.1]) {
    found.push(largest(`drawn mean within ${least} of the highest`, [[behindHighest(jaccard('drawn'), least), 0]]));
    found.push(largest(`left-out ARI within ${least} of the highest`, [[behindHighest(leftAri, least), 0]]));
  }
  for (const t of steps(0.6, 0.95, 0.05)) {
    found.push(largest(`drawn mean >= ${t} at a peak`, [[peak(jaccard('drawn')), t]]));
    found.push(largest(`left-out ARI >= ${t} at a peak`, [[peak(leftAri), t]]));
    for (const errors of [1, 2, 4])
      found.push(largest(`drawn mean >= ${t} and silhouette within ${errors} errors of the best`, [[jaccard('drawn'), t], [behindBest(errors), 0]]));
    found.push(bestAmong('kmeans', `drawn mean >= ${t}, then most of three indices`, [jaccard('drawn'), t], votes(t)));
  }
  for (const t of steps(0.5, 0.95, 0.025)) found.push(largest(`left-out ARI >= ${t}`, [[leftAri, t]]));
  for (const t of steps(0.3, 0.95, 0.05)) found.push(largest(`prediction strength >= ${t}`, [[strength, t]]));
  for (const t of steps(0.7, 0.9, 0.05))
    for (const u of steps(0.4, 0.8, 0.1)) found.push(largest(`drawn mean >= ${t} and prediction strength >= ${u}`, [[jaccard('drawn'), t], [strength, u]]));
  for (const t of steps(0.1, 0.7, 0.05)) found.push(largest(`left-out ARI above permuted >= ${t}`, [[above(leftAri, 'leftAri'), t]]));
  found.push(maximum('kmeans', 'left-out ARI above permuted, highest', above(leftAri, 'leftAri'), true));
  found.push(maximum('kmeans', 'left-out ARI share above permuted, highest', shareAbove(leftAri, 'leftAri'), true));
  for (const t of steps(0.5, 0.9, 0.05)) {
    found.push(bestAmong('kmeans', `left-out ARI >= ${t}, then largest drop`, [leftAri, t], dropAfter(leftAri)));
    found.push(bestAmong('kmeans', `left-out ARI >= ${t}, then silhouette`, [leftAri, t], silhouette));
    found.push(bestAmong('kmeans', `drawn min >= ${t}, then silhouette`, [jaccard('drawn', 'min'), t], silhouette));
    found.push(bestAmong('kmeans', `drawn mean >= ${t}, then silhouette`, [jaccard('drawn'), t], silhouette));
    found.push(bestAmong('kmeans', `drawn mean >= ${t}, then lowest Davies-Bouldin`, [jaccard('drawn'), t], ({ daviesBouldin }) => negative(daviesBouldin)));
    found.push(bestAmong('kmeans', `drawn mean >= ${t}, then highest gap`, [jaccard('drawn'), t], ({ gap }) => gap?.value ?? null));
    found.push(bestAmong('mixture', `mixture mean >= ${t}, then lowest BIC`, [mixtureJaccard, t], ({ bic }) => -bic));
    found.push(bestAmong('mixture', `mixture mean >= ${t}, then lowest ICL`, [mixtureJaccard, t], ({ icl }) => -icl));
    found.push(bestAmong('mixture', `mixture mean >= ${t}, then largest k`, [mixtureJaccard, t], ({ k }) => k));
  }
  return found;
}
