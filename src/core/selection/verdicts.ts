import type { ProjectConfig } from '../../config/project';
import type { Algorithm } from '../../contracts/algorithms';
import type { Candidate, MeasuredCandidate } from '../../contracts/selection';
import { eligible, isBySilhouette, passes, STABLE_SILHOUETTE, stableSilhouette, type Choice } from './rule';

type Modeling = ProjectConfig['modeling'];
type Limits = { readonly min: number; readonly max: number };

/** Prediction strength from which groups count as supported (Tibshirani and Walther 2005). */
const WEAK = 0.8;

const figure = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(2));

/** A candidate in words: "5 clusters (VVI)". */
export const nameOf = ({ k, model }: Pick<Candidate, 'k' | 'model'>): string =>
  `${k === 1 ? '1 cluster' : `${k} clusters`}${model === null ? '' : ` (${model})`}`;

/** The gates a candidate failed, in words. */
export const failuresOf = ({ gates }: Pick<MeasuredCandidate, 'gates'>): string =>
  gates
    .filter(({ passed }) => !passed)
    .map(({ evidence }) => evidence)
    .join('; ');

/** Status and reason of a candidate, next to the finalist of its algorithm. */
export function judged(
  candidate: MeasuredCandidate,
  at: number,
  choice: Choice | null,
  all: readonly MeasuredCandidate[],
  { stability: { accept, resamples } }: Modeling,
  limits: Limits,
): Candidate {
  const name = nameOf(candidate);
  const stability = `mean Jaccard ${figure(candidate.meanJaccard)}`;
  const as = (status: Candidate['status'], why: string): Candidate => ({ ...candidate, status, why });
  if (choice !== null && at === choice.candidate) return as('finalist', resamples === 0 ? `${name}: of those from ${limits.min} to ${limits.max} that pass the gates the best by ${alone(candidate)}.` : finalistWhy(candidate, choice, limits, accept));
  if (candidate.undefinedBecause === 'NO_SOLUTION') return as('rejected', `${name}: not estimable, ${failuresOf(candidate)}.`);
  if (candidate.undefinedBecause === 'NO_CLUSTER') return as('rejected', `No cluster is found with ${candidate.model ?? 'these parameters'}: all customers stay unassigned.`);
  if (!candidate.withinLimits) {
    const gateNote = passes(candidate) ? '' : ` It would fail: ${failuresOf(candidate)}.`;
    return as('information', `${name}: outside of the limits ${limits.min} to ${limits.max}, for information.${gateNote}`);
  }
  if (!passes(candidate)) return as('rejected', `${name}: a gate fails, ${failuresOf(candidate)}.`);
  if (resamples === 0) return as('lost', `${name}: ${alone(candidate)}${choice === null ? '' : `, against ${alone(all[choice.candidate])} of the ${nameOf(all[choice.candidate])} taken`}.`);
  if (candidate.meanJaccard === null) return as('lost', `${name} were not resampled: candidates with a lower BIC were, first.`);
  const finalist = choice === null ? null : all[choice.candidate];
  if (finalist !== null && isSeparated(candidate) && isSeparated(finalist)) {
    const [own, taken] = [candidate, finalist].map((one) => stableSilhouette(one)?.toFixed(3));
    return as('lost', `${name}: ${separation(candidate)} = ${own}, against ${taken} of the ${nameOf(finalist)} taken.`);
  }
  if (candidate.meanJaccard < accept) {
    const against = choice?.reproduced || finalist === null ? `at least ${accept} asked` : `less than the ${nameOf(finalist)} taken`;
    return as('lost', `${name} are not reproduced by resampling well enough (${stability}, ${against}).`);
  }
  if (finalist === null) return as('lost', `${name}: ${stability}.`);
  if (candidate.mixture !== null && finalist.mixture !== null)
    return as('lost', `${name} are reproduced too (${stability}), but their BIC is higher: ${candidate.mixture.bic.toFixed(1)} against ${finalist.mixture.bic.toFixed(1)}.`);
  const better = finalist.k > candidate.k ? 'tell more customers apart' : 'leave fewer customers unassigned';
  return as('lost', `${name} are reproduced too (${stability}), but ${nameOf(finalist)} are and ${better}.`);
}

/** The one criterion that decides where nothing was drawn anew, with its value. */
function alone({ algorithm, silhouette, mixture, unassigned }: MeasuredCandidate): string {
  if (mixture !== null) return `BIC ${mixture.bic.toFixed(1)}`;
  return isBySilhouette(algorithm) ? `silhouette ${silhouette?.toFixed(3) ?? 'unknown'}` : `number of clusters, ${(100 * unassigned).toFixed(0)} % unassigned`;
}

/** Whether the silhouette has the say: it is known, and of an algorithm that is judged by it. */
const isSeparated = ({ algorithm, silhouette }: MeasuredCandidate): boolean => isBySilhouette(algorithm) && silhouette !== null;

/** The two factors of the rule, with their values. */
const separation = ({ silhouette, meanJaccard }: MeasuredCandidate): string =>
  `silhouette ${silhouette?.toFixed(3) ?? 'unknown'}, mean Jaccard ${figure(meanJaccard)}, ${STABLE_SILHOUETTE}`;

function finalistWhy(candidate: MeasuredCandidate, { reproduced }: Choice, limits: Limits, accept: number): string {
  const name = nameOf(candidate);
  const stability = `mean Jaccard ${figure(candidate.meanJaccard)}`;
  if (isSeparated(candidate)) {
    const value = `${separation(candidate)} = ${stableSilhouette(candidate)?.toFixed(3) ?? 'unknown'}`;
    const doubt = reproduced ? '' : ` They come back less well than asked (${stability}, ${accept} asked).`;
    return `${name}: of the numbers from ${limits.min} to ${limits.max} that pass the gates the best separated, discounted by how far it is reproduced (${value}).${doubt}`;
  }
  if (!reproduced)
    return `${name}: of those from ${limits.min} to ${limits.max} that pass the gates and were resampled none is reproduced well enough (${accept} asked), and this one best (${stability}).`;
  const what = candidate.mixture === null ? 'the largest number' : `the lowest BIC (${candidate.mixture.bic.toFixed(1)})`;
  return `${name}: ${what} from ${limits.min} to ${limits.max} that passes the gates and that resampling reproduces (${stability}, at least ${accept} asked).`;
}

/** Why an algorithm has nothing to offer. */
export function noFinalist(algorithm: Algorithm, candidates: readonly MeasuredCandidate[]): string {
  const within = candidates.filter(({ withinLimits, algorithm: own }) => withinLimits || own === 'density');
  if (candidates.length === 0) return 'there are fewer customers than clusters asked for';
  if (within.length === 0) return 'no k of modeling.clusters lies within objective.granularity: let the two ranges overlap';
  if (algorithm === 'density' && candidates.every(({ k }) => k === 0)) return 'no dense cluster is found with any of the parameters';
  const outside = (candidate: MeasuredCandidate): string => (candidate.withinLimits ? failuresOf(candidate) : `${candidate.k} clusters are outside of the limits`);
  return within.map((candidate) => `${nameOf(candidate)}: ${failuresOf(candidate) || outside(candidate)}`).join(' | ');
}

/** What people should know of the finalist of an algorithm, and of what was set aside for it. */
export function warningsOf(candidates: readonly MeasuredCandidate[], choice: Choice | null, modeling: Modeling, limits: Limits): string[] {
  if (choice === null) return collapseWarning(candidates);
  const chosen = candidates[choice.candidate];
  const { accept, resamples } = modeling.stability;
  const warnings: string[] = [];
  if (resamples === 0) warnings.push('the customers were not drawn again (modeling.stability.resamples: 0): nothing is known of how well the personas come back');
  else if (!choice.reproduced)
    warnings.push(
      `${nameOf(chosen)} are taken with a mean Jaccard of ${figure(chosen.meanJaccard)}, below the ${accept} asked: the personas are only partly reproducible`,
    );
  chosen.stability.forEach(({ jaccard, label }, c) => {
    if (label === 'not to be trusted')
      warnings.push(
        `cluster ${c} of ${chosen.k} (${chosen.sizes[c]} customers) is not to be trusted: mean Jaccard ${jaccard.toFixed(2)}, below 0.6`,
      );
  });
  warnings.push(...limitWarnings(chosen, modeling, limits));
  if (chosen.algorithm === 'kmeans' && chosen.restarts > 1 && chosen.replicated < 2)
    warnings.push(`only 1 of ${chosen.restarts} restarts reached the best solution with ${nameOf(chosen)}: raise modeling.restarts`);
  if ((chosen.predictionStrength ?? 1) < WEAK)
    warnings.push(`the prediction strength of ${nameOf(chosen)} is ${figure(chosen.predictionStrength)}, below ${WEAK}: one half of the customers does not give the groups of the other`);
  if (!chosen.converged) warnings.push(`the fit with ${nameOf(chosen)} stopped before it converged`);
  return [...warnings, ...mixtureWarnings(candidates, chosen)];
}

function limitWarnings(chosen: MeasuredCandidate, { clusters }: Modeling, limits: Limits): string[] {
  const most = chosen.algorithm === 'density' ? limits.max : Math.min(limits.max, clusters.max);
  const least = chosen.algorithm === 'density' ? limits.min : Math.max(limits.min, clusters.min);
  const warnings: string[] = [];
  if (chosen.k === most) {
    const limit = limits.max <= clusters.max ? 'objective.granularity' : 'modeling.clusters';
    warnings.push(`the best k is the limit: ${chosen.k} is the most that ${limit} allows, the data may support more`);
  }
  // Below two there is no other number to support.
  if (chosen.k === least && least > 2) {
    const limit = limits.min >= clusters.min ? 'objective.granularity' : 'modeling.clusters';
    warnings.push(`the best k is the limit: ${chosen.k} is the least that ${limit} allows, the data may support fewer`);
  }
  return warnings;
}

export const COLLAPSED = 'components collapsed';
export const LOWER_BIC = 'a lower BIC was set aside';
/** The score is 0 then: what its agreement is worth is not known. */
export const INCOMPARABLE =
  'the specification has no solution on column-permuted data: its agreement on left-out customers counts for nothing in the comparison of algorithms';

/** Lower BICs that were set aside, and components that collapsed: a mixture sweep is not to choose an artefact in silence. */
function mixtureWarnings(candidates: readonly MeasuredCandidate[], chosen: MeasuredCandidate): string[] {
  if (chosen.mixture === null) return [];
  const own = chosen.mixture.bic;
  const aside = candidates.filter(({ mixture, withinLimits }) => withinLimits && mixture !== null && mixture.bic < own);
  const warnings = aside.map((candidate) => {
    const reason = eligible(candidate) ? `not reproduced, mean Jaccard ${figure(candidate.meanJaccard)}` : failuresOf(candidate);
    return `${LOWER_BIC}: ${nameOf(candidate)}, ${(candidate.mixture?.bic ?? 0).toFixed(1)} (${reason})`;
  });
  return [...warnings, ...collapseWarning(candidates)];
}

/** How many mixtures lost starts to components that collapsed, and the first of them. */
function collapseWarning(candidates: readonly MeasuredCandidate[]): string[] {
  const collapsed = candidates.filter(({ rejectedStarts }) => rejectedStarts.length > 0);
  if (collapsed.length === 0) return [];
  const [{ rejectedStarts }] = collapsed;
  return [
    `${COLLAPSED} in ${collapsed.length} of ${candidates.length} mixtures and those starts were rejected, first with ${nameOf(collapsed[0])}: ${rejectedStarts[0].reason}`,
  ];
}
