import type { Algorithm } from '../../contracts/algorithms';
import type { Candidate, Contender } from '../../contracts/selection';
import { BETWEEN_TEXT } from '../selection/between';
import { contend } from '../selection/contend';
import { decide } from '../selection/decide';
import type { SelectionInput } from '../selection/sample';
import { labCandidate, type LabCandidate } from './candidate';
import type { LabVerdict } from './verdict';
import { labWording } from './wording';

/**
 * The rule of a project: the best of each algorithm by its own rule, then the best of these by how well they predict rows left out.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` below two rows; `NOT_FINITE`; `CANCELLED`.
 */
export async function fullRule(algorithms: readonly Algorithm[], input: SelectionInput): Promise<LabVerdict> {
  const { matrix, modeling, limits, onProgress } = input;
  const contenders: Contender[] = [];
  for (const [a, algorithm] of algorithms.entries()) {
    const share = (fraction: number, note: string): void => onProgress?.((a + fraction) / algorithms.length, note);
    contenders.push(await contend(algorithm, { ...input, onProgress: share }));
  }
  const inWords = labWording(matrix.names);
  const rule = inWords(
    [...contenders.map(({ algorithm, rule: own }) => `${algorithm}: ${own}`), ...(contenders.length > 1 ? [BETWEEN_TEXT] : [])].join(' '),
  );
  const sampleRows = contenders[0].sample.rows;
  const show = (candidate: Candidate): LabCandidate =>
    labCandidate(candidate, matrix.rows, candidate.undefinedBecause === 'NO_SOLUTION' ? 'not estimable' : candidate.status, inWords(candidate.why));
  if (contenders.every(({ finalist }) => finalist === null))
    return {
      rule,
      candidates: contenders.flatMap(({ candidates }) => candidates.map(show)),
      chosen: null,
      why: inWords(`No candidate can be chosen. ${contenders.map(({ algorithm, none }) => `${algorithm}: ${none ?? 'unknown'}`).join('. ')}.`),
      warnings: contenders.flatMap(({ warnings }) => warnings.map(inWords)),
      evidence: contenders.flatMap(({ evidence }) => evidence),
      finalists: [],
      sampleRows,
    };
  const { candidates, chosen, why, warnings, evidence, finalists } = decide(contenders, limits, modeling);
  const at = candidates.findIndex(({ status }) => status === 'chosen');
  return {
    rule,
    candidates: candidates.map(show),
    chosen: { candidate: at, solution: chosen.solution, centroids: candidates[at].centroids },
    why: inWords(why),
    // Where one k was asked for it is the limit, and that is no news.
    warnings: warnings.filter((text) => limits.min < limits.max || !text.startsWith('the best k is the limit')).map(inWords),
    evidence,
    finalists: finalists.map((finalist) => ({ ...finalist, why: inWords(finalist.why) })),
    sampleRows,
  };
}
