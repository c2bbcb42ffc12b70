import type { CandidateSpec } from '../../contracts/algorithms';
import { isReplicated, REPLICATED } from '../clustering/mixture/fit';
import type { FittedCandidate } from '../selection/fit-task';
import { fitterOf, optionsOf } from '../selection/fitters';
import { fitAll, silhouettesOf, type MeanSilhouette } from '../selection/measure';
import { drawSamples, type SelectionInput } from '../selection/sample';
import { modelOf } from '../selection/specs';
import { labCandidate, type LabCandidate, type LabStatus } from './candidate';
import type { LabVerdict } from './verdict';

/** Share of the work that lies behind once the fits are done. */
const FITTED = 0.9;
/** Lower BICs that are named one by one when they are set aside. */
const NAMED = 5;

const RULE =
  'The lowest BIC of all mixtures that are estimable and were found by two starts or more. No resampling, no size gates.';

/** A mixture as mclust names it: "VEV,2". */
const nameOf = ({ model, k }: Pick<LabCandidate, 'model' | 'k'>): string => `${model ?? ''},${k}`;
const both = (bic: number): string => `${bic.toFixed(2)} (mclust prints ${(-bic).toFixed(2)})`;

/** A fit that has a likelihood. */
type Estimated = FittedCandidate & { readonly mixture: NonNullable<FittedCandidate['mixture']> };
const isEstimated = (fit: FittedCandidate): fit is Estimated => fit.mixture !== null;
const bicOf = ({ mixture }: Estimated): number => mixture.bic;
const mayBeChosen = (fit: FittedCandidate): fit is Estimated => isEstimated(fit) && isReplicated(fit);

/**
 * Every mixture of the covariance models and k asked for, and the one with the lowest BIC among those that are estimable and replicated.
 *
 * @param input `limits` are the k that are fitted, from 1 on; not fewer rows than the smallest.
 * @throws PipelineError `NOT_FINITE`; `CANCELLED`.
 *
 * Schwarz, Annals of Statistics 6(2), 1978.
 */
export async function lowestBic(input: SelectionInput): Promise<LabVerdict> {
  const { matrix, modeling, limits, compute, signal, onProgress } = input;
  const { all, first: sample, ids } = drawSamples(input);
  const ks = Array.from({ length: Math.min(limits.max, sample.rows) - limits.min + 1 }, (_, i) => limits.min + i);
  const specs = modeling.mixture.models.flatMap((model) => ks.map((k): CandidateSpec => ({ algorithm: 'mixture', model, k })));
  const groups = fitterOf('mixture').groups(specs);
  const order = groups.flat();
  const pool = (from: number, to: number, note: string) => ({
    compute,
    ...(signal && { signal }),
    onProgress: (fraction: number) => onProgress?.(from + (to - from) * fraction, note),
  });
  // No gate stands here: whatever its sizes, a solution is worth confirming.
  const options = optionsOf({ ...modeling, sizeGates: { ...modeling.sizeGates, minShare: 0, maxShare: 1 } }, limits, matrix.names);
  const found = await fitAll(pool(0, FITTED, `${specs.length} mixtures`), groups, { sample, all, options });
  const fits = specs.map((spec) => found[order.indexOf(spec)]);
  const silhouettes = await silhouettesOf(pool(FITTED, 1, 'silhouettes'), sample, fits, { ids, seed: modeling.seed });

  const best = leastOf(fits.filter(mayBeChosen));
  const candidates = fits.map((fit, i) => judged(fit, silhouettes[i], best, matrix.rows));
  return {
    rule: RULE,
    candidates,
    chosen: best?.solution ? { candidate: fits.indexOf(best), solution: best.solution, centroids: best.centroids } : null,
    why: whyOf(fits, best),
    warnings: warningsOf(fits, best, limits.max),
    evidence: [],
    finalists: [],
    sampleRows: sample.rows,
  };
}

/** The lowest BIC, the first of equals: the model with fewer letters that vary, the smaller k. */
const leastOf = (fits: readonly Estimated[]): Estimated | null =>
  fits.reduce<Estimated | null>((least, fit) => (least === null || bicOf(fit) < bicOf(least) ? fit : least), null);

const named = ({ spec, k }: FittedCandidate): string => nameOf({ model: modelOf(spec), k });

function judged(fit: FittedCandidate, silhouette: MeanSilhouette | null, best: Estimated | null, n: number): LabCandidate {
  const { spec, k, mixture } = fit;
  const undefinedBecause = mixture === null ? 'NO_SOLUTION' : k === 1 ? 'K_IS_ONE' : null;
  const measured = {
    ...fit,
    algorithm: spec.algorithm,
    model: modelOf(spec),
    silhouette: silhouette?.value ?? null,
    ...(silhouette?.drawn && { silhouetteDraw: silhouette.drawn }),
    undefinedBecause,
    meanJaccard: null,
  } as const;
  const as = (status: LabStatus, reason: string): LabCandidate => labCandidate(measured, n, status, reason);
  if (!isEstimated(fit)) return as('not estimable', fit.failure ?? 'no solution');
  if (fit === best) return as('chosen', `lowest BIC, ${both(bicOf(fit))}`);
  if (!mayBeChosen(fit)) return as('rejected', notReplicated(fit));
  return as('fitted', best === null ? 'not chosen' : `BIC ${(bicOf(fit) - bicOf(best)).toFixed(2)} above that of ${named(best)}`);
}

const notReplicated = ({ replicated, restarts }: FittedCandidate): string =>
  `${replicated} of ${restarts} starts reached the best likelihood, at least ${REPLICATED} asked`;

function whyOf(fits: readonly FittedCandidate[], best: Estimated | null): string {
  const estimable = fits.filter(isEstimated).length;
  if (best === null)
    return estimable === 0
      ? `None of ${fits.length} mixtures is estimable: every start ends in a component that collapses.`
      : `None of ${fits.length} mixtures can be chosen: ${estimable} are estimable, but each was found by one start only; raise --starts.`;
  const eligible = fits.filter(mayBeChosen);
  const next = leastOf(eligible.filter((fit) => fit !== best));
  const second = next === null ? '' : ` Next: ${named(next)}, ${bicOf(next).toFixed(2)}.`;
  const among = `${eligible.length} mixtures that are estimable and were found by ${REPLICATED} starts or more, of ${fits.length} tried`;
  return `${named(best)} has the lowest BIC, ${both(bicOf(best))}, of ${among}.${second}`;
}

function warningsOf(fits: readonly FittedCandidate[], best: Estimated | null, largest: number): string[] {
  if (best === null) return [];
  const warnings: string[] = [];
  const aside = fits.filter((fit): fit is Estimated => isEstimated(fit) && bicOf(fit) < bicOf(best)).sort((a, b) => bicOf(a) - bicOf(b));
  for (const fit of aside.slice(0, NAMED)) warnings.push(`a lower BIC was set aside: ${named(fit)}, ${both(bicOf(fit))}: ${notReplicated(fit)}`);
  if (aside.length > NAMED) warnings.push(`${aside.length - NAMED} more lower BICs were set aside for the same reason: raise --starts`);
  if (best.k === largest && fits.some(({ k }) => k < largest)) warnings.push(`the best k is the limit: ${best.k}; the data may support more`);
  const smallest = Math.min(...fits.map(({ k }) => k));
  if (best.k === smallest && smallest > 1 && largest > smallest) warnings.push(`the best k is the limit: ${best.k}; the data may support fewer`);
  if (!best.converged) warnings.push(`the fit of ${named(best)} stopped before it converged`);
  const collapsed = fits.filter(({ rejectedStarts }) => rejectedStarts.length > 0).length;
  if (collapsed > 0)
    warnings.push(
      `in ${collapsed} of ${fits.length} mixtures some starts ended in a collapsed component and were set aside, whatever their likelihood`,
    );
  return warnings;
}
