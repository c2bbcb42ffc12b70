import type { Algorithm } from '../../contracts/algorithms';
import type { Contender, MeasuredCandidate } from '../../contracts/selection';
import { PipelineError } from '../../contracts/errors';
import type { Points } from '../clustering/points';
import { blrtChoice, blrtOf } from './blrt';
import { criterionChoices } from './evidence';
import type { FittedCandidate } from './fit-task';
import { fitterOf, optionsOf, type FitOptions } from './fitters';
import { gatesOf, stabilityGate } from './gates';
import { dendrogramOf, fitAll, gapOf, polishAll, predictionStrengths, resampleAll, silhouettesOf, type Resampled } from './measure';
import { permuteColumns } from './permute';
import type { Reference } from './resample-task';
import { choose, eligible, ruleText } from './rule';
import { drawSamples, type SelectionInput } from './sample';
import { modelOf, specsOf } from './specs';
import { INCOMPARABLE, judged, noFinalist, warningsOf } from './verdicts';

/** Share of the work that lies behind once a phase begins. */
const PHASES = {
  fit: [0, 0.35],
  polish: [0.35, 0.4],
  silhouette: [0.4, 0.45],
  gap: [0.45, 0.5],
  resample: [0.5, 0.8],
  'prediction strength': [0.8, 0.85],
  'permuted data': [0.85, 0.95],
  'likelihood ratio tests': [0.95, 1],
} as const;

// Resamples are compared through the rule that assigns customers.
const referenceOf = ({ spec, k, labels, assigned = labels }: FittedCandidate): Reference => ({ spec, k, labels: assigned });

/**
 * What one algorithm has to offer: every candidate fitted to the sample and measured, the best one by the rule of `ruleText`, and how well it
 * predicts customers left out of the resamples, against the same on column-permuted data.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` below two customers or without columns; `NOT_FINITE`.
 */
export async function contend(algorithm: Algorithm, input: SelectionInput): Promise<Contender> {
  const { matrix, modeling, limits, onProgress } = input;
  if (matrix.rows < 2) throw new PipelineError('INSUFFICIENT_DATA', 'a selection needs at least 2 customers');
  if (matrix.cols < 1) throw new PipelineError('INSUFFICIENT_DATA', 'a selection needs at least 1 column');
  const { all, first: sample, ids } = drawSamples(input);
  const options = optionsOf(modeling, limits, matrix.names);
  let reached = 0;
  const pool = (phase: keyof typeof PHASES) => ({
    compute: input.compute,
    ...(input.signal && { signal: input.signal }),
    onProgress(fraction: number): void {
      const [from, to] = PHASES[phase];
      // A phase may come round again, candidate by candidate.
      reached = Math.max(reached, from + (to - from) * fraction);
      onProgress?.(reached, `${algorithm}: ${phase}`);
    },
  });

  const specs = specsOf(algorithm, modeling, sample.rows);
  const groups = fitterOf(algorithm).groups(specs);
  const polish = modeling.polish && algorithm === 'kmeans' && all.rows > sample.rows;
  const found = await fitAll(pool('fit'), groups, { sample, all: polish ? null : all, options, keepCuts: input.keepCuts === true });
  const order = groups.flat();
  const onSample = specs.map((spec) => found[order.indexOf(spec)]);
  const fits = polish ? await polishAll(pool('polish'), onSample, { sample, all }) : onSample;
  const silhouettes = await silhouettesOf(pool('silhouette'), sample, fits, { ids, seed: modeling.seed });
  // Its reference sets are as large as the sample: so must be what they are held against.
  const gap = algorithm === 'kmeans' ? await gapOf(pool('gap'), sample, onSample, modeling.gapDraws, modeling.seed) : null;

  const measured = fits.map((fit, i): MeasuredCandidate => ({
    ...unresampled(fit, input),
    silhouette: silhouettes[i]?.value ?? null,
    silhouetteError: silhouettes[i]?.error ?? null,
    ...(silhouettes[i]?.drawn && { silhouetteDraw: silhouettes[i].drawn }),
    gap: gap?.byK.get(fit.k) ?? null,
  }));
  const withStability = (i: number, resampled: Resampled): MeasuredCandidate => ({
    ...measured[i],
    stability: resampled.stability,
    meanJaccard: resampled.meanJaccard,
    gates: [...measured[i].gates, ...(modeling.stability.block ? [stabilityGate(resampled.stability.map(({ jaccard }) => jaccard))] : [])],
  });
  const outOfBag = new Map<number, readonly number[]>();
  const { resamples, accept } = modeling.stability;
  const draws = Array.from({ length: resamples }, (_, r) => r);
  const resample = async (which: readonly number[]): Promise<void> => {
    const results = await resampleAll(pool('resample'), sample, which.map((i) => referenceOf(fits[i])), draws, options);
    results.forEach((result, r) => {
      measured[which[r]] = withStability(which[r], result);
      outOfBag.set(which[r], result.outOfBag);
    });
  };

  const fitted = [...fits.keys()].filter((i) => fits[i].solution !== null && fits[i].k >= 2);
  if (resamples === 0) reached = PHASES.resample[1];
  else if (algorithm === 'mixture') await resampleByBic();
  else await resample(fitted);
  const choice = choose(measured, accept, resamples > 0);
  const strengthOf = resamples === 0 ? [] : algorithm === 'mixture' ? (choice === null ? [] : [choice.candidate]) : fitted;
  const strengths = await predictionStrengths(pool('prediction strength'), sample, strengthOf.map((i) => referenceOf(fits[i])), options);
  strengthOf.forEach((i, s) => (measured[i] = { ...measured[i], predictionStrength: strengths[s] }));

  /** The lowest BIC first, until one is reproduced: no later one can win. */
  async function resampleByBic(): Promise<void> {
    const byBic = fitted
      .filter((i) => eligible(measured[i]))
      .sort((a, b) => (measured[a].mixture?.bic ?? 0) - (measured[b].mixture?.bic ?? 0))
      .slice(0, modeling.mixture.resampled);
    for (const i of byBic) {
      await resample([i]);
      if ((measured[i].meanJaccard ?? 0) >= accept && eligible(measured[i])) return;
    }
  }

  const finalist = choice === null ? null : fits[choice.candidate];
  const permuted = finalist === null || resamples === 0 ? [] : await permutedRecovery(pool('permuted data'), finalist, sample, draws, options);
  const blrt = finalist === null ? null : await blrtOf(pool('likelihood ratio tests'), sample, finalist.spec, modeling);
  const offer: Contender = {
    algorithm,
    rule: ruleText(algorithm, limits, accept, resamples > 0),
    candidates: measured.map((candidate, i) => judged(candidate, i, choice, measured, modeling, limits)),
    finalist:
      choice === null || finalist === null || finalist.solution === null
        ? null
        : { ...choice, outOfBag: outOfBag.get(choice.candidate) ?? [], permuted: permuted ?? outOfBag.get(choice.candidate) ?? [], solution: finalist.solution },
    none: choice === null ? noFinalist(algorithm, measured) : null,
    dendrogram: finalist === null ? null : await dendrogramOf(pool('permuted data'), sample, finalist.spec, modeling.seed),
    blrt,
    evidence: [...criterionChoices(algorithm, measured, choice, gap?.k ?? null), ...blrtChoice(blrt, finalist?.k ?? null)],
    sample: { customers: matrix.rows, rows: sample.rows, resamples },
    warnings: [...warningsOf(measured, choice, modeling, limits), ...(permuted === null ? [INCOMPARABLE] : [])],
  };
  onProgress?.(1, `${algorithm}: done`);
  return offer;
}

/** A candidate before silhouettes and resampling. */
function unresampled(fit: FittedCandidate, { modeling, limits, matrix }: SelectionInput): MeasuredCandidate {
  const { spec, k } = fit;
  return {
    algorithm: spec.algorithm,
    model: modelOf(spec),
    spec,
    k,
    inertia: fit.inertia,
    silhouette: null,
    silhouetteError: null,
    calinskiHarabasz: fit.calinskiHarabasz,
    daviesBouldin: fit.daviesBouldin,
    undefinedBecause: fit.solution === null ? 'NO_SOLUTION' : k === 0 ? 'NO_CLUSTER' : k === 1 ? 'K_IS_ONE' : null,
    gap: null,
    predictionStrength: null,
    mixture: fit.mixture,
    rejectedStarts: fit.rejectedStarts,
    sizes: fit.sizes,
    shares: fit.sizes.map((size) => size / matrix.rows),
    unassigned: fit.unassigned / matrix.rows,
    meanJaccard: null,
    stability: [],
    withinLimits: isWithin(k, limits) && (spec.algorithm === 'density' || isWithin(k, modeling.clusters)),
    gates: gatesOf(fit, modeling),
    restarts: fit.restarts,
    replicated: fit.replicated,
    iterations: fit.iterations,
    converged: fit.converged,
    centroids: fit.centroids,
  };
}

const isWithin = (k: number, { min, max }: { readonly min: number; readonly max: number }): boolean => k >= min && k <= max;

/** Shuffles of the columns: what one of them happens to look like must not decide. Resample r is compared on shuffle r modulo their number. */
const SHUFFLES = 3;

/**
 * The finalist's specification on column-permuted data: how well its clusters predict left-out rows where there is no structure between columns.
 *
 * @returns One value per resample; 0 where a density finds nothing, as it should. Null where no shuffle has a solution: there is nothing to compare with.
 */
async function permutedRecovery(
  pool: Parameters<typeof fitAll>[0],
  { spec }: FittedCandidate,
  sample: Points,
  draws: readonly number[],
  options: FitOptions,
): Promise<readonly number[] | null> {
  const values = new Map<number, number>();
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
    const permuted = permuteColumns(sample, options.seed, shuffle, true);
    const own = draws.filter((draw) => draw % SHUFFLES === shuffle);
    const [fit] = await fitAll(pool, [[spec]], { sample: permuted, all: null, options: { ...options, confirm: false } });
    if (fit.solution === null) continue;
    const found = fit.k < 2 ? own.map(() => 0) : (await resampleAll(pool, permuted, [referenceOf(fit)], own, options))[0].outOfBag;
    own.forEach((draw, i) => values.set(draw, found[i]));
  }
  if (values.size === 0) return null;
  const mean = [...values.values()].reduce((sum, value) => sum + value, 0) / values.size;
  return draws.map((draw) => values.get(draw) ?? mean);
}
