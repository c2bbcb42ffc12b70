import type { Algorithm } from '../../contracts/algorithms';
import type { CriterionChoice, MeasuredCandidate } from '../../contracts/selection';
import { kneedle } from '../validity/elbow';
import type { Choice } from './rule';

type Note = (value: number, candidate: MeasuredCandidate) => string;

/** The candidate with the best value, the first of equals; null where none has a value. */
function best(candidates: readonly MeasuredCandidate[], valueOf: (candidate: MeasuredCandidate) => number | null, lowest: boolean) {
  let found: { candidate: MeasuredCandidate; value: number } | null = null;
  for (const candidate of candidates) {
    const value = valueOf(candidate);
    if (value === null) continue;
    if (found === null || (lowest ? value < found.value : value > found.value)) found = { candidate, value };
  }
  return found;
}

const PREDICTED = 0.8;

/** What each criterion alone would take among all candidates of an algorithm, gates and limits aside, beside what was chosen. */
export function criterionChoices(
  algorithm: Algorithm,
  candidates: readonly MeasuredCandidate[],
  choice: Choice | null,
  gapChoice: number | null,
): CriterionChoice[] {
  const chosen = choice === null ? null : candidates[choice.candidate].k;
  const choices: CriterionChoice[] = [];
  const add = (criterion: string, k: number | null, note: string): void => {
    choices.push({ criterion, algorithm, k, agrees: k !== null && k === chosen, note });
  };
  const byValue = (criterion: string, valueOf: (candidate: MeasuredCandidate) => number | null, note: Note, lowest = false): void => {
    const found = best(candidates, valueOf, lowest);
    add(criterion, found?.candidate.k ?? null, found === null ? 'not defined for any candidate' : note(found.value, found.candidate));
  };
  const named = ({ model }: MeasuredCandidate): string => (model === null ? '' : ` (${model})`);

  byValue('stability', (c) => c.meanJaccard, (value, c) => `highest mean Jaccard, ${value.toFixed(2)}${named(c)}; plain stability prefers few clusters`);
  byValue('silhouette', (c) => c.silhouette, (value, c) => `highest silhouette, ${value.toFixed(3)} ± ${(c.silhouetteError ?? 0).toFixed(3)}; prefers coarse splits`);
  byValue('calinski-harabasz', (c) => c.calinskiHarabasz, (value) => `highest index, ${value.toFixed(0)}`);
  byValue('davies-bouldin', (c) => c.daviesBouldin, (value) => `lowest index, ${value.toFixed(3)}`, true);
  if (algorithm === 'mixture') {
    byValue('bic', (c) => c.mixture?.bic ?? null, (value, c) => `lowest BIC, ${value.toFixed(1)}${named(c)}; lower is better, mclust prints ${(-value).toFixed(1)}`, true);
    byValue('icl', (c) => c.mixture?.icl ?? null, (value, c) => `lowest ICL, ${value.toFixed(1)}${named(c)}; lower is better, mclust prints ${(-value).toFixed(1)}`, true);
    return choices;
  }
  if (algorithm === 'density') return choices;
  const curve = candidates.filter(({ inertia }) => inertia !== null);
  const knee = kneedle(curve.map(({ k }) => k), curve.map(({ inertia }) => inertia ?? 0));
  add('elbow', knee, knee === null ? 'the inertia falls without a knee' : 'knee of the inertia curve (kneedle)');
  if (candidates.some(({ gap }) => gap !== null))
    add('gap', gapChoice, gapChoice === null ? 'the gap statistic settles on no k of the range' : 'smallest k whose gap is within one standard error of the next');
  const strong = candidates.filter(({ k, predictionStrength }) => k >= 2 && (predictionStrength ?? 0) >= PREDICTED);
  add(
    'prediction-strength',
    strong.length === 0 ? null : Math.max(...strong.map(({ k }) => k)),
    strong.length === 0 ? `no k from 2 on reaches a prediction strength of ${PREDICTED}` : `largest k with a prediction strength of at least ${PREDICTED}`,
  );
  return choices;
}
