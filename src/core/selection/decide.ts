import type { ProjectConfig } from '../../config/project';
import { PipelineError } from '../../contracts/errors';
import type { Candidate, Contender, Finalist, SelectionReport } from '../../contracts/selection';
import { BETWEEN_TEXT, compareFinalists } from './between';
import { isBySilhouette } from './rule';
import { COLLAPSED, INCOMPARABLE } from './verdicts';

type Limits = SelectionReport['limits'];

const TITLES = { kmeans: 'k-means', hierarchical: 'hierarchical', mixture: 'mixture', density: 'density' } as const;

/** Why this many, in one sentence for people. */
function whyOf(chosen: Candidate, reproduced: boolean, finalists: readonly Finalist[], limits: Limits, resamples: number): string {
  const share = chosen.meanJaccard?.toFixed(2) ?? 'unknown';
  const method = `${TITLES[chosen.algorithm]}${chosen.model === null ? '' : ` (${chosen.model})`}`;
  const others = finalists.length - 1;
  if (resamples === 0) return `${chosen.k} personas, by ${method}: ${aloneWhy(chosen, limits)}. The customers were not drawn again, so nothing is known of how well these groups come back.`;
  const by = others > 0 ? `, by ${method} against the best of ${others} other algorithm${others === 1 ? '' : 's'}` : `, by ${method}`;
  const drawn = `when the customers are drawn again ${resamples} times (mean Jaccard ${share})`;
  if (isBySilhouette(chosen.algorithm) && chosen.silhouette !== null) {
    const doubt = reproduced ? '' : ', which is less than asked';
    return `${chosen.k} personas${by}: of ${limits.min} to ${limits.max} big enough groups these lie farthest apart (silhouette ${chosen.silhouette.toFixed(3)}), weighed with how well they come back ${drawn}${doubt}.`;
  }
  if (!reproduced)
    return `${chosen.k} personas${by}, because of the numbers between ${limits.min} and ${limits.max} with big enough groups none that was resampled comes back reliably when the customers are drawn again ${resamples} times, and this one does so best (mean Jaccard ${share}).`;
  const what =
    chosen.mixture === null
      ? `that is the largest number between ${limits.min} and ${limits.max} whose groups are big enough and come back`
      : `of the mixtures with ${limits.min} to ${limits.max} groups that are big enough and come back it has the lowest BIC, seen`;
  return `${chosen.k} personas${by}, because ${what} ${drawn}.`;
}

/** The criterion that decided where nothing was drawn anew. */
function aloneWhy({ algorithm, silhouette, mixture }: Candidate, { min, max }: Limits): string {
  const which = `of ${min} to ${max} big enough groups these`;
  if (mixture !== null) return `${which} have the lowest BIC`;
  return isBySilhouette(algorithm) && silhouette !== null ? `${which} lie farthest apart (silhouette ${silhouette.toFixed(3)})` : `${which} are the most that are dense`;
}

/**
 * One decision from what all algorithms have to offer: the winner, why each other candidate lost, what each criterion alone would take, warnings.
 *
 * @throws PipelineError `NO_ACCEPTABLE_MODEL` where no algorithm has an acceptable candidate; details say why.
 */
export function decide<S>(contenders: readonly Contender<S>[], limits: Limits, modeling: ProjectConfig['modeling']): SelectionReport<S> {
  const finalists = compareFinalists(contenders);
  const winner = contenders.find(({ algorithm }) => algorithm === finalists[0]?.algorithm);
  if (!winner?.finalist) throw noneAcceptable(contenders);
  const { finalist } = winner;
  const chosen = winner.candidates[finalist.candidate];
  const { spec, algorithm, model, k } = chosen;
  return {
    rule: winner.rule,
    between: BETWEEN_TEXT,
    limits,
    range: modeling.clusters,
    candidates: contenders.flatMap(({ candidates }) =>
      candidates.map((candidate): Candidate => {
        if (candidate === chosen) return { ...candidate, status: 'chosen' };
        if (candidate.status !== 'finalist') return candidate;
        const own = finalists.find((entry) => entry.algorithm === candidate.algorithm);
        return { ...candidate, why: `${candidate.why} Against the others it ${own?.why ?? 'lost.'}` };
      }),
    ),
    finalists,
    withoutFinalist: contenders.flatMap(({ algorithm: name, none }) => (none === null ? [] : [{ algorithm: name, why: none }])),
    chosen: { algorithm, model, k, spec, solution: finalist.solution },
    why: whyOf(chosen, finalist.reproduced, finalists, limits, winner.sample.resamples),
    dendrogram: contenders.find(({ dendrogram }) => dendrogram)?.dendrogram ?? null,
    blrt: contenders.find(({ blrt }) => blrt)?.blrt ?? null,
    evidence: contenders.flatMap(({ evidence }) => evidence),
    warnings: [...winner.warnings, ...setAside(contenders, winner)],
    sample: winner.sample,
  };
}

/** What is said whoever wins: components that collapsed, and a score that stands for nothing. An artefact is not to pass in silence. */
const ANYWAY = [COLLAPSED, INCOMPARABLE];

const setAside = (contenders: readonly Contender<unknown>[], winner: Contender<unknown>): string[] =>
  contenders
    .filter(({ algorithm }) => algorithm !== winner.algorithm)
    .flatMap(({ algorithm, warnings }) =>
      warnings.filter((warning) => ANYWAY.some((said) => warning.startsWith(said))).map((warning) => `${TITLES[algorithm]}: ${warning}`),
    );

function noneAcceptable(contenders: readonly Contender<unknown>[]): PipelineError {
  const reasons = contenders.map(({ algorithm, none }) => ({ algorithm, why: none ?? 'unknown' }));
  const text = reasons.map(({ algorithm, why }) => `${TITLES[algorithm]}: ${why}`).join('; ');
  return new PipelineError(
    'NO_ACCEPTABLE_MODEL',
    `no candidate can be chosen (${text}): change the model's features, modeling.sizeGates or the limits of k`,
    { algorithms: reasons, candidates: contenders.flatMap(({ candidates }) => candidates.filter(({ withinLimits }) => withinLimits).map(failedOf)) },
  );
}

const failedOf = ({ algorithm, model, k, gates }: Candidate) => ({
  algorithm,
  model,
  k,
  failed: gates.filter(({ passed }) => !passed).map(({ gate, evidence }) => ({ gate, evidence })),
});
