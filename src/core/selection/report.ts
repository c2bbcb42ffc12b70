import type { Candidate, SelectionReport } from '../../contracts/selection';
import type { ProjectConfig } from '../../config/project';
import { meanJaccard } from '../validity/stability';
import { evidenceOf } from './evidence';
import { gatesOf, stabilityGate, tooFewCustomers } from './gates';
import { choose, ruleText, type Choice } from './rule';
import type { Fit, Sweep } from './sweep';

type Limits = SelectionReport['limits'];
type Measured = Omit<Candidate, 'status' | 'why'>;

const inWords = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(2));

function measured(fit: Fit, customers: number, limits: Limits, modeling: ProjectConfig['modeling']): Measured {
  const { duplicates, ...rest } = fit;
  return {
    algorithm: 'kmeans',
    ...rest,
    shares: fit.sizes.map((size) => size / customers),
    meanJaccard: meanJaccard(fit.stability),
    withinLimits: fit.k >= limits.min && fit.k <= limits.max,
    gates: [
      ...gatesOf(fit.sizes, duplicates, modeling.sizeGates),
      ...(modeling.stability.block && fit.stability.length > 0 ? [stabilityGate(fit.stability.map(({ jaccard }) => jaccard))] : []),
    ],
  };
}

/** A k for which there are fewer customers than clusters. */
const unfilled = (k: number, customers: number, limits: Limits): Measured => ({
  algorithm: 'kmeans',
  k,
  inertia: 0,
  silhouette: null,
  calinskiHarabasz: null,
  daviesBouldin: null,
  sizes: [],
  shares: [],
  meanJaccard: null,
  stability: [],
  withinLimits: k >= limits.min && k <= limits.max,
  gates: tooFewCustomers(customers, k),
  restarts: 0,
  replicated: 0,
  iterations: 0,
  converged: false,
  centroids: [],
});

/** Status and reason of a candidate, next to the one that was chosen. */
function judged(candidate: Measured, { k: chosen, reproduced }: Choice, limits: Limits, accept: number): Candidate {
  const { k, gates, meanJaccard: jaccard, withinLimits } = candidate;
  const stability = `mean Jaccard ${inWords(jaccard)}`;
  if (k === chosen) {
    const why = reproduced
      ? `${k} clusters: the largest number from ${limits.min} to ${limits.max} that passes the size gates and that resampling reproduces (${stability}, at least ${accept} asked).`
      : `${k} clusters: no number from ${limits.min} to ${limits.max} is reproduced well enough (${accept} asked); of those that pass the size gates this one is reproduced best (${stability}).`;
    return { ...candidate, status: 'chosen', why };
  }
  const failed = gates.filter(({ passed }) => !passed).map(({ evidence }) => evidence);
  if (!withinLimits) {
    const gateNote = failed.length > 0 ? `; it would fail: ${failed.join('; ')}` : '';
    return {
      ...candidate,
      status: 'information',
      why: `${k} clusters lie outside of the limits ${limits.min} to ${limits.max} and are shown for information (${stability}${gateNote}).`,
    };
  }
  if (failed.length > 0)
    return { ...candidate, status: 'rejected', why: `${k} clusters fail a gate: ${failed.join('; ')}.` };
  if ((jaccard ?? 0) < accept)
    return {
      ...candidate,
      status: 'lost',
      why: `${k} clusters are not reproduced by resampling well enough (${stability}${reproduced ? `, at least ${accept} asked` : `, less than the ${chosen} chosen`}).`,
    };
  return {
    ...candidate,
    status: 'lost',
    why: `${k} clusters are reproduced too (${stability}), but ${chosen} are and tell more customers apart.`,
  };
}

/** Why this many, in one sentence for people. */
function whyOf(
  { k, meanJaccard: jaccard }: Measured,
  { reproduced }: Choice,
  limits: Limits,
  resamples: number,
): string {
  const share = inWords(jaccard);
  if (reproduced)
    return `${k} personas, because that is the largest number between ${limits.min} and ${limits.max} whose groups are big enough and come back when the customers are drawn again ${resamples} times (mean Jaccard ${share}).`;
  return `${k} personas, because of the numbers between ${limits.min} and ${limits.max} with big enough groups none comes back reliably when the customers are drawn again ${resamples} times, and this one does so best (mean Jaccard ${share}).`;
}

function warningsOf(chosen: Measured, { reproduced }: Choice, limits: Limits, range: Limits, accept: number): string[] {
  const { k, stability, sizes, replicated, restarts, converged } = chosen;
  const warnings: string[] = [];
  if (!reproduced)
    warnings.push(
      `no number of clusters reaches a mean Jaccard of ${accept}: the personas are only partly reproducible`,
    );
  stability.forEach(({ jaccard, label }, c) => {
    if (label === 'not to be trusted')
      warnings.push(
        `cluster ${c} of ${k} (${sizes[c]} customers) is not to be trusted: mean Jaccard ${jaccard.toFixed(2)}, below 0.6`,
      );
  });
  if (reproduced && k === Math.min(limits.max, range.max)) {
    warnings.push(
      `the best k is the limit: ${k} is the most that ${limits.max <= range.max ? 'objective.granularity' : 'modeling.clusters'} allows, the data may support more`,
    );
  }
  if (restarts > 1 && replicated < 2)
    warnings.push(
      `only 1 of ${restarts} restarts reached the best solution with ${k} clusters: raise modeling.restarts`,
    );
  if (!converged) warnings.push(`k-means with ${k} clusters stopped before it converged`);
  return warnings;
}

/**
 * One decision from everything measured: the choice by the rule, why each other candidate lost, what each criterion alone would take, warnings.
 *
 * @throws PipelineError `NO_ACCEPTABLE_MODEL`.
 */
export function decide(
  { fits, silhouetteRows, bootstrapRows }: Sweep,
  customers: number,
  limits: Limits,
  modeling: ProjectConfig['modeling'],
): SelectionReport {
  const { clusters: range, stability } = modeling;
  const all: Measured[] = fits.map((fit) => measured(fit, customers, limits, modeling));
  for (let k = Math.max(range.min, customers + 1); k <= range.max; k++) all.push(unfilled(k, customers, limits));
  const choice = choose(all, stability.accept);
  const chosen = all.filter(({ k }) => k === choice.k)[0];
  return {
    rule: ruleText(limits, stability.accept),
    limits,
    range,
    candidates: all.map((candidate) => judged(candidate, choice, limits, stability.accept)),
    chosen: { algorithm: 'kmeans', k: choice.k },
    why: whyOf(chosen, choice, limits, stability.resamples),
    evidence: evidenceOf(
      all.filter(({ sizes }) => sizes.length > 0),
      choice.k,
    ),
    warnings: warningsOf(chosen, choice, limits, range, stability.accept),
    sample: { customers, silhouetteRows, bootstrapRows, resamples: stability.resamples },
  };
}
